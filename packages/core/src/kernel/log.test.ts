import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebxkeyError } from "./errors.ts";
import { createLog, type LogFields, scrub } from "./log.ts";
import { pii } from "./pii.ts";
import { secret } from "./secret.ts";

function lineOf(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level: "debug", destination: { write: (line) => void lines.push(line) } }));
  return lines.join("");
}

const logged = (fields: object, event = "message.accepted"): string =>
  lineOf((log) => log.info(event, fields as LogFields));

/** What must never stand in a log, each in the forms it travels in. */
const DIGITS = fc.stringMatching(/^1[2-9]\d{2}555\d{4}$/);
const PLANTED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "a phone number": DIGITS.map((digits) => `+${digits}`),
  "a phone number as Meta writes it": DIGITS,
  "a phone number with blanks": DIGITS.map((d) => `+${d[0]} ${d.slice(1, 4)} ${d.slice(4, 7)} ${d.slice(7)}`),
  "a phone number in an address": DIGITS.map((digits) => `%2B${digits}`),
  "a wamid": fc.stringMatching(/^[A-Za-z0-9+/]{24,60}={0,2}$/).map((id) => `wamid.${id}`),
  "a token of Meta's": fc.stringMatching(/^[A-Za-z0-9]{24,80}$/).map((token) => `EAA${token}`),
  "a bearer header": fc.stringMatching(/^[A-Za-z0-9._~-]{16,60}$/).map((token) => `Bearer ${token}`),
  "an app secret": fc.stringMatching(/^[0-9a-f]{32}$/),
  "a signature": fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256=${hex}`),
  "a connection string": fc
    .stringMatching(/^[0-9a-z]{12}$/)
    .map((word) => `postgresql://webxkey:${word}@db.example/shop`),
  "a root key": fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((key) => Buffer.from(key).toString("base64")),
};
/** A text that looks like nothing: only its place can keep it out. */
const FREE_TEXT = fc.stringMatching(/^[a-z]{6} [a-z]{6} [a-z]{6}$/).map((text) => `canary ${text}`);

/** What comes after the marker of a format is what must not be seen. */
function core(planted: string): string {
  return planted.replace(/^(wamid\.|EAA|Bearer |sha256=|%2B|\+)|^postgresql:\/\/webxkey:|@.*$/g, "");
}

describe.each(Object.keys(PLANTED))("%s", (kind) => {
  const values = PLANTED[kind] ?? fc.constant("");

  it("does not pass in any allowed field, alone or within a sentence", () => {
    const field = fc.constantFrom("message_id", "reason", "state", "outcome", "job", "route", "code");
    const around = fc.constantFrom(["", ""], ["to ", " failed"], ['{"to":"', '"}'], ["a,", ",b"]);
    void fc.assert(
      fc.property(values, field, around, (value, name, [before, behind]) => {
        expect(logged({ [name]: `${before}${value}${behind}` })).not.toContain(core(value));
      }),
    );
  });

  it("does not pass in an error, its code or any of its causes", () => {
    void fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 4 }), (value, depth) => {
        const error = Object.assign(new Error(`sending to ${value}`), { code: value });
        const nested = Array.from({ length: depth }).reduce<Error>(
          (cause) => new Error(`at ${value}`, { cause }),
          error,
        );
        expect(logged({ error: nested })).not.toContain(core(value));
      }),
    );
  });
});

describe("a text of a person", () => {
  it("does not pass in a field that is not on the list, whatever its name and shape", () => {
    const name = fc.string({ minLength: 1 }).filter((key) => !(key in { error: 0, code: 0 }));
    void fc.assert(
      fc.property(FREE_TEXT, name, (text, key) => {
        for (const value of [text, { text }, [text], new Map([[text, text]]), Buffer.from(text)]) {
          expect(logged({ [`x_${key}`]: value })).not.toContain("canary");
        }
      }),
    );
  });

  it("does not pass in an allowed field that holds more than a text or a number", () => {
    for (const value of [{ text: "canary" }, ["canary"], () => "canary", pii("canary"), Symbol("canary")]) {
      expect(logged({ reason: value })).not.toContain("canary");
    }
  });

  it("does not pass in a foreign error, however it is carried", () => {
    const carriers: readonly ((text: string) => unknown)[] = [
      (text) => new Error(text),
      (text) => new Error(`first line\n    at ${text} (file:///x.js:1:1)\n    at ${text}`),
      (text) => new Error("outer", { cause: new Error(text) }),
      (text) => new Error("outer", { cause: text }),
      (text) => new Error("outer", { cause: { detail: text } }),
      (text) => new AggregateError([new Error(text)], text),
      (text) => Object.assign(new Error("x"), { detail: text, where: text, parameters: [text] }),
      (text) => Object.assign(new Error("x"), { name: text, code: text }),
      (text) => Object.assign(new Error("x"), { stack: `Error: ${text}\n${text}\n    at ${text}` }),
      (text) => text,
      (text) => ({ message: text, toString: () => text }),
      (text) => new WebxkeyError("internal", { detail: "Ours.", cause: new Error(text) }),
    ];
    void fc.assert(
      fc.property(FREE_TEXT, fc.constantFrom(...carriers), (text, carrier) => {
        expect(logged({ error: carrier(text) })).not.toContain("canary");
      }),
    );
  });
});

it("a Secret in any place of a line shows nothing of itself", () => {
  expect(
    logged({ reason: secret("canary"), error: Object.assign(new Error(), { code: secret("canary") }) }),
  ).not.toContain("canary");
});

it("an error that is its own cause is logged, and once", () => {
  const error = new Error("outer");
  error.cause = error;
  expect(logged({ error })).toContain('"error_kind":"Error"');
});

it("tells of a foreign error where it happened, and of our own what it says", () => {
  const ours = new WebxkeyError("schema_missing", {
    detail: "Run the migration first.",
    cause: new TypeError("x"),
  });
  const line = JSON.parse(logged({ error: ours })) as Record<string, string>;
  expect(line).toMatchObject({
    error_kind: "WebxkeyError",
    error_code: "schema_missing",
    error_detail: "Run the migration first.",
    cause_error_kind: "TypeError",
  });
  expect(line["cause_error_frames"]).toMatch(/log\.test\.ts:\d+:\d+/);
});

it("what a reader needs passes untouched: ids, times, counts, codes", () => {
  const fields = {
    message_id: "0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e",
    rule_id: "order-confirmation",
    event_type: "order.placed",
    code: 131_049,
    count: 1_000,
    duration_ms: 12.75,
  };
  expect(JSON.parse(logged(fields))).toMatchObject({ ...fields, msg: "message.accepted" });
});

it("a line stays JSON, whatever was scrubbed from it", () => {
  void fc.assert(
    fc.property(
      fc.constantFrom("+1650555123", "wamid.", "Bearer x", "://a:b", ""),
      fc.string(),
      fc.nat(),
      (marker, text, count) => {
        const line = logged({ reason: `${marker}${text}`, count: count * 1e6, duration_ms: 16_505_551_234 });
        expect(() => JSON.parse(line)).not.toThrow();
      },
    ),
  );
});

it.each([
  "0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e",
  "2026-11-23T12:59:40.123Z",
  "webxkey_jobs",
  "attempt 3 of 8",
  "131049",
])("scrubbing leaves %s alone", (text) => {
  expect(scrub(text)).toBe(text);
});
