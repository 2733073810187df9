import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newSigningSecret, signingBytes } from "./api-key.ts";
import {
  isSignedWith,
  isTimely,
  readSignedDelivery,
  SIGNATURE_AGE_S_MAX,
  type SignedDelivery,
} from "./standard-webhooks.ts";

const signing = newSigningSecret();
const KEY = signingBytes(signing);
const AT = new Date("2026-11-25T12:00:00Z");

/** Signed by the library of the specification, which shares no code with ours. */
function signed(text: string, { by = signing.reveal(), id = "evt_1", at = AT } = {}): SignedDelivery {
  return {
    id,
    timestamp: String(Math.floor(at.getTime() / 1_000)),
    signatures: new Webhook(by).sign(id, at, text),
    body: Buffer.from(text),
  };
}

test("the specification's own example fits", () => {
  const delivery: SignedDelivery = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: "1614265330",
    signatures: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    body: Buffer.from('{"test": 2432232314}'),
  };
  expect(isSignedWith(delivery, Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"))).toBe(true);
});

test("what the specification's library signs fits, whatever the body", () => {
  void fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[\w-]{1,40}$/), (text, id) => {
      expect(isSignedWith(signed(text, { id }), KEY)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("one bit changed anywhere in the body, another id, time or secret does not fit", () => {
  const text = '{"type":"order.placed"}';
  const delivery = signed(text);
  for (let bit = 0; bit < delivery.body.length * 8; bit++) {
    const body = Buffer.from(delivery.body);
    body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(isSignedWith({ ...delivery, body }, KEY)).toBe(false);
  }
  expect(isSignedWith({ ...delivery, id: "evt_2" }, KEY)).toBe(false);
  expect(isSignedWith({ ...delivery, timestamp: String(Number(delivery.timestamp) + 1) }, KEY)).toBe(false);
  expect(isSignedWith(delivery, randomBytes(32))).toBe(false);
});

test.each([
  ["nothing", ""],
  ["another version", signed("x").signatures.replace("v1,", "v2,")],
  ["no version", signed("x").signatures.replace("v1,", "")],
  ["half of it", signed("x").signatures.slice(0, 24)],
  ["hex", `v1,${Buffer.from(signed("x").signatures.slice(3), "base64").toString("hex")}`],
  ["one behind eight others", `${"v1,AAAA ".repeat(8)}${signed("x").signatures}`],
])("a signature that is %s does not fit", (_what, signatures) => {
  expect(isSignedWith({ ...signed("x"), signatures }, KEY)).toBe(false);
});

test("one good signature among several is enough, so that a sender can rotate its secret", () => {
  const other = signed("x", { by: newSigningSecret().reveal() }).signatures;
  const signatures = `${other} v1a,ed25519 ${signed("x").signatures}`;
  expect(isSignedWith({ ...signed("x"), signatures }, KEY)).toBe(true);
});

test("a delivery is timely within five minutes of now, to either side", () => {
  for (const [seconds, timely] of [
    [0, true],
    [SIGNATURE_AGE_S_MAX, true],
    [-SIGNATURE_AGE_S_MAX, true],
    [SIGNATURE_AGE_S_MAX + 1, false],
    [-SIGNATURE_AGE_S_MAX - 1, false],
  ] as const) {
    const now = new Date(AT.getTime() + seconds * 1_000);
    expect([seconds, isTimely(signed("x"), now)]).toEqual([seconds, timely]);
  }
});

test.each(["", "now", "-5", "1e9", "0x10", "1614265330.5", "99999999999999", " 1614265330"])(
  "a time that is no number of seconds is never timely: %j",
  (timestamp) => {
    expect(isTimely({ ...signed("x"), timestamp }, new Date(Number(timestamp) * 1_000 || 0))).toBe(false);
  },
);

test("a delivery without one of the three headers is none", () => {
  const full = { "webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,x" };
  expect(readSignedDelivery(new Headers(full), Buffer.of(1))).toEqual({
    id: "evt_1",
    timestamp: "1",
    signatures: "v1,x",
    body: Buffer.of(1),
  });
  for (const name of Object.keys(full)) {
    const headers = new Headers(full);
    headers.delete(name);
    expect(readSignedDelivery(headers, Buffer.of(1))).toBeUndefined();
  }
});
