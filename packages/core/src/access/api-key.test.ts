import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { scrub } from "../kernel/log.ts";
import { secret } from "../kernel/secret.ts";
import { apiKeyHash, newApiKey, newSigningSecret, signingBytes } from "./api-key.ts";

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
