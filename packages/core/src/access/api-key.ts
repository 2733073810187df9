import { createHash, randomBytes } from "node:crypto";
import { type Secret, secret } from "../kernel/secret.ts";

const KEY_BYTES = 32;
const KEY_PREFIX = "wxk_";
const SIGNING_PREFIX = "whsec_";
const KEY_TEXT = /^wxk_[A-Za-z0-9_-]{43}$/;

/** 256 random bits behind a prefix that people and secret scanners recognise. */
export function newApiKey(): Secret {
  return secret(KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url"));
}

/** A secret in the form of the Standard Webhooks specification: `whsec_` and base64. */
export function newSigningSecret(): Secret {
  return secret(SIGNING_PREFIX + randomBytes(KEY_BYTES).toString("base64"));
}

/** The bytes that sign, from the form in which people hold the secret. */
export function signingBytes(signingSecret: Secret): Buffer {
  return Buffer.from(signingSecret.reveal().slice(SIGNING_PREFIX.length), "base64");
}

/** What finds a key. A fast hash is enough: nobody tries 2^256 keys. Undefined for a text that is no key. */
export function apiKeyHash(key: Secret): Buffer | undefined {
  const text = key.reveal();
  return KEY_TEXT.test(text) ? createHash("sha256").update(text).digest() : undefined;
}
