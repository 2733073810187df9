import { createHmac, timingSafeEqual } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Secret } from "../kernel/secret.ts";

const HEADER = /^sha256=([0-9a-f]{64})$/;
/** Bytes hashed in one turn of the event loop: about two milliseconds. */
const BYTES_PER_TURN = 1024 * 1024;

/** An app secret with what it stands for (a Meta app, the current or the previous secret of one). */
export interface SignatureKey<Id> {
  readonly id: Id;
  readonly secret: Secret;
}

/** Whether a header has the form of `X-Hub-Signature-256`, which can be asked before a byte of the body is read. */
export function isSignatureHeader(header: string | null | undefined): header is string {
  return HEADER.test(header ?? "");
}

/**
 * Checks `X-Hub-Signature-256` and returns the ids of all secrets that made it; none means: answer 401, store nothing.
 * One secret that stands for several ids is tried once. Between secrets the event loop runs: a large body that is tried
 * against a hundred secrets must not hold up everybody else.
 *
 * @param rawBody the bytes as they came. Meta signs escaped-unicode JSON, so re-serialised JSON never matches.
 * @param header the header as it came; only `sha256=` and 64 lower-case hex digits are a signature.
 */
export async function matchSignature<Id>(
  rawBody: Uint8Array,
  header: string | null | undefined,
  keys: readonly SignatureKey<Id>[],
): Promise<Id[]> {
  const claimed = HEADER.exec(header ?? "")?.[1];
  if (claimed === undefined) return [];
  const digest = Buffer.from(claimed, "hex");
  const matched: Id[] = [];
  let hashed = 0;
  for (const [value, same] of Map.groupBy(keys, ({ secret }) => secret.reveal())) {
    if (hashed + rawBody.byteLength > BYTES_PER_TURN && hashed > 0) {
      await nextTurn();
      hashed = 0;
    }
    hashed += rawBody.byteLength;
    if (timingSafeEqual(digest, createHmac("sha256", value).update(rawBody).digest()))
      matched.push(...same.map(({ id }) => id));
  }
  return matched;
}

/** Proves to the Graph API that the caller of a token also knows the app's secret: hex, sent as `appsecret_proof`. */
export function appSecretProof(accessToken: Secret, appSecret: Secret): string {
  return createHmac("sha256", appSecret.reveal()).update(accessToken.reveal()).digest("hex");
}
