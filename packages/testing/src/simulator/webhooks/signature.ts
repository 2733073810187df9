import { createHmac } from "node:crypto";
import type { WebhookBody } from "./bodies.ts";

const NOT_ASCII = /[\u0080-\uffff]/g;
const SLASH = /\//g;

/**
 * The bytes as Meta sends them: JSON in ASCII, every other UTF-16 unit as a lower-case unicode escape, and every
 * slash escaped. A receiver that re-serialises the parsed body gets other bytes, and so another signature.
 */
// behaviour: escaped-unicode-body
export function encodeWebhook(body: WebhookBody | object): Buffer {
  const json = JSON.stringify(body)
    .replace(SLASH, "\\/")
    .replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Buffer.from(json, "latin1");
}

/**
 * The value of `X-Hub-Signature-256`: HMAC-SHA256 of exactly these bytes, keyed with the app secret.
 * @example headers["x-hub-signature-256"] = signWebhook(appSecret, encodeWebhook(body))
 */
// behaviour: signature-over-raw-bytes
export function signWebhook(appSecret: string, bytes: Uint8Array | string): string {
  return `sha256=${createHmac("sha256", appSecret).update(bytes).digest("hex")}`;
}

/** Signatures that a receiver must refuse. */
export const SIGNATURE_FLAWS = [
  "wrong",
  "missing",
  "short",
  "upper_case",
  "other_secret",
  "altered_body",
] as const;
export type SignatureFlaw = (typeof SIGNATURE_FLAWS)[number];

/** Signs the bytes and spoils the result in the asked way. The header is undefined when it must be missing. */
// behaviour: tampered-signature
export function signWithFlaw(
  appSecret: string,
  bytes: Buffer,
  flaw: SignatureFlaw | undefined,
): { header: string | undefined; bytes: Buffer } {
  const header = signWebhook(appSecret, bytes);
  switch (flaw) {
    case undefined:
      return { header, bytes };
    case "wrong":
      return { header: header.slice(0, -1) + (header.endsWith("0") ? "1" : "0"), bytes };
    case "missing":
      return { header: undefined, bytes };
    case "short":
      return { header: header.slice(0, -2), bytes };
    case "upper_case":
      return { header: `sha256=${header.slice("sha256=".length).toUpperCase()}`, bytes };
    case "other_secret":
      return { header: signWebhook(`${appSecret}, but another`, bytes), bytes };
    case "altered_body":
      return { header, bytes: Buffer.from(`${bytes.toString("latin1").slice(0, -1)} }`, "latin1") };
  }
}
