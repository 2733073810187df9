import { createHash, randomBytes } from "node:crypto";
import { WebxkeyError } from "../kernel/errors.ts";
import { type Secret, secret } from "../kernel/secret.ts";

const KEY_BYTES = 32;
const KEY_PREFIX = "wxk_";
const SIGNING_PREFIX = "whsec_";
/** The specification, section "Signature scheme". */
const SIGNING_BYTES = { min: 24, max: 64 } as const;
const KEY_TEXT = /^wxk_[A-Za-z0-9_-]{43}$/;

/** 256 random bits behind a prefix that people and secret scanners recognise. */
export function newApiKey(): Secret {
  return secret(KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url"));
}

/** A secret in the form of the Standard Webhooks specification: `whsec_` and base64. */
export function newSigningSecret(): Secret {
  return secret(SIGNING_PREFIX + randomBytes(KEY_BYTES).toString("base64"));
}

/**
 * What is wrong with a secret for Standard Webhooks; undefined for one of the specification's form. Anything else is refused:
 * Node's decoder skips what it does not know, so that a password would become a key of a byte or two.
 */
export function signingSecretProblem(signingSecret: Secret): string | undefined {
  const text = signingSecret.reveal();
  const bytes = Buffer.from(text.slice(SIGNING_PREFIX.length), "base64");
  const { min, max } = SIGNING_BYTES;
  const isOfForm =
    text === SIGNING_PREFIX + bytes.toString("base64") && bytes.length >= min && bytes.length <= max;
  if (isOfForm) return undefined;
  return `Give whsec_ and ${min} to ${max} random bytes in base64, as the libraries of Standard Webhooks take it. One is made with: echo whsec_$(openssl rand -base64 32)`;
}

/**
 * The bytes that sign, from the form in which people hold the secret.
 * @throws WebxkeyError `invalid_configuration` for a secret of another form.
 */
export function signingBytes(signingSecret: Secret): Buffer {
  const detail = signingSecretProblem(signingSecret);
  if (detail) throw new WebxkeyError("invalid_configuration", { detail });
  return Buffer.from(signingSecret.reveal().slice(SIGNING_PREFIX.length), "base64");
}

/** What finds a key. A fast hash is enough: nobody tries 2^256 keys. Undefined for a text that is no key. */
export function apiKeyHash(key: Secret): Buffer | undefined {
  const text = key.reveal();
  return KEY_TEXT.test(text) ? createHash("sha256").update(text).digest() : undefined;
}
