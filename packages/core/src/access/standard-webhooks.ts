import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the clocks of sender and receiver may lie apart, as the specification's own libraries have it. */
export const SIGNATURE_AGE_S_MAX = 5 * 60;
/** A sender signs with two secrets while it rotates; more signatures than this are not looked at. */
const SIGNATURES_MAX = 8;
const VERSION = "v1,";
const SIGNATURE_BYTES = 32;

/** A request as a sender of Standard Webhooks signs it (https://www.standardwebhooks.com, version 1.0.0). */
export interface SignedDelivery {
  /** `webhook-id`, `webhook-timestamp` and `webhook-signature` as they came. */
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
  /** The exact bytes: a parsed and rewritten body has another signature. */
  readonly body: Uint8Array;
}

/** Reads the three headers; undefined where one is missing. */
export function readSignedDelivery(headers: Headers, body: Uint8Array): SignedDelivery | undefined {
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const signatures = headers.get("webhook-signature");
  return id && timestamp && signatures ? { id, timestamp, signatures, body } : undefined;
}

const SIGNATURE = /^v1,[A-Za-z0-9+/]{43}=$/;

/** Whether the headers alone could be a timely signature, which is asked before a byte of the body is read. */
export function mayBeSigned(headers: Headers, now: Date): boolean {
  const signed = readSignedDelivery(headers, new Uint8Array());
  if (!signed || !isTimely(signed, now)) return false;
  return signed.signatures.split(" ", SIGNATURES_MAX).some((signature) => SIGNATURE.test(signature));
}

/** Whether it was signed within five minutes of now: an older one may be a replay. */
export function isTimely({ timestamp }: SignedDelivery, now: Date): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= SIGNATURE_AGE_S_MAX;
}

/**
 * Whether one of its signatures was made with this secret. The specification's library has a clock of its own and hashes in
 * JavaScript; anybody may post here, so the hash is the machine's. That library signs in our tests.
 */
export function isSignedWith({ id, timestamp, signatures, body }: SignedDelivery, key: Uint8Array): boolean {
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures
    .split(" ", SIGNATURES_MAX)
    .filter((signature) => signature.startsWith(VERSION))
    .map((signature) => Buffer.from(signature.slice(VERSION.length), "base64"))
    .some((given) => given.length === SIGNATURE_BYTES && timingSafeEqual(given, expected));
}
