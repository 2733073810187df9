import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secret } from "../kernel/secret.ts";
import { appSecretProof, matchSignature } from "./signature.ts";

// Meta signs escaped unicode with lower-case hex and escaped slashes; openssl computed the digest below.
const BODY = Buffer.from(
  String.raw`{"text":{"body":"\u00e4\u00f6\u00e5 \ud83d\udc4d https:\/\/example.com"}}`,
);
const SECRET = "test_app_secret";
const hex = (body: Uint8Array, key = SECRET) => createHmac("sha256", key).update(body).digest("hex");
const keys = [{ id: "current", secret: secret(SECRET) }];

describe("a webhook signature", () => {
  it("matches the vector that openssl made", async () => {
    const header = "sha256=d3b6cb15c8790f7af862d3d275743562cf734d8b8a0d2d5e638a941bbfe496cf";
    expect(await matchSignature(BODY, header, keys)).toEqual(["current"]);
  });

  it("is made over the raw bytes: the same JSON written anew does not match", async () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
    expect(await matchSignature(BODY, `sha256=${hex(BODY)}`, keys)).toEqual(["current"]);
    expect(await matchSignature(rewritten, `sha256=${hex(BODY)}`, keys)).toEqual([]);
  });

  it("names every secret that made it, also when several apps share one", async () => {
    const several = [
      { id: "previous", secret: secret("old_secret") },
      { id: "app A", secret: secret(SECRET) },
      { id: "app B", secret: secret(SECRET) },
    ];
    expect(await matchSignature(BODY, `sha256=${hex(BODY)}`, several)).toEqual(["app A", "app B"]);
    expect(await matchSignature(BODY, `sha256=${hex(BODY, "old_secret")}`, several)).toEqual(["previous"]);
    expect(await matchSignature(BODY, `sha256=${hex(BODY)}`, [])).toEqual([]);
  });

  const digest = hex(BODY);
  it.each([
    ["is missing", undefined],
    ["is null", null],
    ["is empty", ""],
    ["has no scheme", digest],
    ["has another scheme", `sha1=${digest}`],
    ["has an upper-case scheme", `SHA256=${digest}`],
    ["is in upper case", `sha256=${digest.toUpperCase()}`],
    ["is short", `sha256=${digest.slice(0, -1)}`],
    ["is half", `sha256=${digest.slice(0, 32)}`],
    ["is long", `sha256=${digest}0`],
    ["has space around it", ` sha256=${digest}`],
    ["ends with a line feed", `sha256=${digest}\n`],
    ["comes twice", `sha256=${digest}, sha256=${digest}`],
    ["is base64", `sha256=${Buffer.from(digest, "hex").toString("base64")}`],
    ["is of another secret", `sha256=${hex(BODY, "wrong")}`],
  ])("is refused when it %s", async (_rule, header) => {
    expect(await matchSignature(BODY, header, keys)).toEqual([]);
  });

  it("is refused when any bit of the body or the digest is another", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.boolean(),
        async (body, at, inBody) => {
          const signed = Buffer.from(hex(body), "hex");
          const flipped = inBody ? body.slice() : body;
          const target = inBody ? flipped : signed;
          const bit = at % (target.length * 8);
          target[bit >> 3] = (target[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(await matchSignature(flipped, `sha256=${signed.toString("hex")}`, keys)).toEqual([]);
        },
      ),
    );
  });
});

it("lets the event loop run between secrets, so that a 4 MB body and 100 secrets block nobody (D 6.4)", async () => {
  const body = Buffer.alloc(4 * 1024 * 1024, "x");
  const hundred = Array.from({ length: 100 }, (_, n) => ({ id: n, secret: secret(`app_secret_${n}`) }));
  let turns = 0;
  const count = () => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  let done = false;
  setImmediate(count);
  expect(await matchSignature(body, `sha256=${hex(body, "app_secret_99")}`, hundred)).toEqual([99]);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(99);
});

it("proves to know the app secret with its HMAC over the token", () => {
  expect(appSecretProof(secret("EAAJB_test"), secret(SECRET))).toBe(
    "aece8b92f0705629b7a5b97f0513bf4fdee8c869aa9e98bcc05d3a3c5b021b8f",
  );
});
