import { createHash, createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, test } from "vitest";
import { scrub } from "../kernel/log.ts";
import { secret } from "../kernel/secret.ts";
import { apiKeyHash, newApiKey, newSigningSecret, signingBytes, signingSecretProblem } from "./api-key.ts";

test("a key is 256 random bits behind a prefix, and never the same twice", () => {
  const keys = Array.from({ length: 500 }, () => newApiKey().reveal());
  expect(new Set(keys).size).toBe(500);
  for (const key of keys) {
    expect(key).toMatch(/^wxk_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(key.slice(4), "base64url")).toHaveLength(32);
  }
});

test("what is stored of a key is the SHA-256 of its text", () => {
  const key = newApiKey();
  expect(apiKeyHash(key)).toEqual(createHash("sha256").update(key.reveal()).digest());
});

test.each([
  "",
  "wxk_",
  "wxk_short",
  `WXK_${"a".repeat(43)}`,
  `wxk_${"a".repeat(44)}`,
  `wxk_${"a".repeat(42)}=`,
  ` wxk_${"a".repeat(43)}`,
  `wxk_${"a".repeat(43)}\n`,
])("a text that is no key has no hash to look for: %j", (text) => {
  expect(apiKeyHash(secret(text))).toBeUndefined();
});

test("a signing secret is 32 bytes in the form of the specification", () => {
  const signing = newSigningSecret();
  expect(signing.reveal()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(signingBytes(signing).toString("base64")).toBe(signing.reveal().slice("whsec_".length));
});

test("neither is left standing in a log line", () => {
  const key = newApiKey().reveal();
  const signing = newSigningSecret().reveal();
  const line = scrub(`{"msg":"x","a":"${key}","b":"Authorization: Bearer ${key}","c":"${signing}"}`);
  expect(line).not.toContain(key.slice(4));
  expect(line).not.toContain(signing.slice(6));
});

describe("a secret for Standard Webhooks (D 6.3)", () => {
  const ofBytes = (count: number) => `whsec_${randomBytes(count).toString("base64")}`;

  it.each([24, 32, 64])("of %i bytes signs what the specification's library accepts", (count) => {
    const signing = ofBytes(count);
    expect(signingSecretProblem(secret(signing))).toBeUndefined();
    const [id, body] = ["msg_1", '{"a":1}'];
    const at = Math.floor(Date.now() / 1_000);
    const digest = createHmac("sha256", signingBytes(secret(signing)))
      .update(`${id}.${at}.${body}`)
      .digest();
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(at),
      "webhook-signature": `v1,${digest.toString("base64")}`,
    };
    expect(new Webhook(signing).verify(body, headers)).toEqual({ a: 1 });
  });

  it.each([
    ["a password", "hunter22"],
    ["without its prefix", randomBytes(32).toString("base64")],
    ["of 23 bytes", ofBytes(23)],
    ["of 65 bytes", ofBytes(65)],
    ["of nothing", "whsec_"],
    ["in base64url", "whsec_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_"],
    ["without its padding", `whsec_${randomBytes(32).toString("base64").replace("=", "")}`],
    ["with a space", `whsec_${randomBytes(32).toString("base64")} `],
    ["with letters that base64 has not", `whsec_${"ä".repeat(44)}`],
  ])("that is %s is refused with a sentence that says how to make one", (_what, text) => {
    expect(signingSecretProblem(secret(text))).toContain("openssl rand -base64 32");
    expect(() => signingBytes(secret(text))).toThrow("whsec_");
  });
});
