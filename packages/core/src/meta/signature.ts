import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../kernel/secret.ts";

const HEADER = /^sha256=([0-9a-f]{64})$/;

/** An app secret with what it stands for (a Meta app, the current or the previous secret of one). */
export interface SignatureKey<Id> {
  readonly id: Id;
  readonly secret: Secret;
}

/**
 * Checks `X-Hub-Signature-256` and returns the ids of all secrets that made it; none means: answer 401, store nothing.
 *
 * @param rawBody the bytes as they came. Meta signs escaped-unicode JSON, so re-serialised JSON never matches.
 * @param header the header as it came; only `sha256=` and 64 lower-case hex digits are a signature.
 */
export function matchSignature<Id>(
  rawBody: Uint8Array,
  header: string | null | undefined,
  keys: readonly SignatureKey<Id>[],
): Id[] {
  const claimed = HEADER.exec(header ?? "")?.[1];
  if (claimed === undefined) return [];
  const digest = Buffer.from(claimed, "hex");
  return keys
    .filter(({ secret }) => timingSafeEqual(digest, hmacSha256(secret, rawBody).digest()))
    .map(({ id }) => id);
}

/** Proves to the Graph API that the caller of a token also knows the app's secret: hex, sent as `appsecret_proof`. */
export function appSecretProof(accessToken: Secret, appSecret: Secret): string {
  return hmacSha256(appSecret, accessToken.reveal()).digest("hex");
}

function hmacSha256(key: Secret, data: string | Uint8Array) {
  return createHmac("sha256", key.reveal()).update(data);
}
