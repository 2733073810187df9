import { createHmac, timingSafeEqual } from "node:crypto";
import type { Delivery, DeliveryProof, Secret } from "@webxkey/core";

/**
 * How platforms sign: HMAC-SHA256 over the raw bytes, sent in a header. A header that is missing, sent twice, of the wrong length or
 * encoding is no signature; it never throws.
 */

/** A digest of 32 bytes as text. Node's own decoder skips what it does not know, so the form is checked first. */
const FORMS = {
  base64: /^[A-Za-z0-9+/]{43}=$/,
  hex: /^[0-9a-f]{64}$/i,
} as const;
const DIGEST_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{1,1024}={0,2}$/;

export type SignatureProof = Extract<DeliveryProof, { kind: "signature" }>;
type Content = readonly (string | Uint8Array)[];

/** The digest in a text; undefined where the text is no digest. Two headers of one name arrive joined by a comma, and are none. */
function digestIn(text: string, encoding: keyof typeof FORMS): Uint8Array | undefined {
  return FORMS[encoding].test(text) ? Buffer.from(text, encoding) : undefined;
}

/** Whether one of the active secrets made the digest; every secret is tried, so that the time tells nothing of which. */
function isMadeWith(secrets: readonly Secret[], content: Content, given: Uint8Array | undefined): boolean {
  if (given?.length !== DIGEST_BYTES) return false;
  const fits = secrets
    .map((secret) => secret.reveal())
    // With an empty key anybody can sign.
    .filter((key) => key !== "")
    .map((key) => {
      const hmac = createHmac("sha256", key);
      for (const part of content) hmac.update(part);
      return timingSafeEqual(hmac.digest(), given);
    });
  return fits.includes(true);
}

/**
 * A digest alone in a header.
 *
 * @param names The header's names, older and newer. One has to be there, and each that is there has to fit.
 * @param content What is signed, where it is not the body alone.
 */
export function signedInHeader(
  names: readonly string[],
  content: (delivery: Delivery) => Content = ({ body }) => [body],
): SignatureProof {
  const digestsIn = (headers: Headers) =>
    names.flatMap((name) => {
      const text = headers.get(name);
      return text === null ? [] : [digestIn(text, "base64")];
    });
  return {
    kind: "signature",
    isSigned: (headers) => areAllDigests(digestsIn(headers)),
    verify(delivery, secrets) {
      const given = digestsIn(delivery.headers);
      return areAllDigests(given) && given.every((digest) => isMadeWith(secrets, content(delivery), digest));
    },
  };
}

/** A header that is there and no digest makes the whole delivery unsigned. */
function areAllDigests(given: readonly (Uint8Array | undefined)[]): boolean {
  return given.length > 0 && given.every((digest) => digest?.length === DIGEST_BYTES);
}

/**
 * EspoCRM: base64 of the webhook's id, a colon and the digest, which `Signature` writes in hex and the older `X-Signature` as it is
 * (https://docs.espocrm.com/administration/webhooks/). 8 sends the older, 9 and 10 both, 11 the newer; each that is there has to fit.
 */
export const espoSignature: SignatureProof = {
  kind: "signature",
  isSigned: (headers) => areAllDigests(espoDigests(headers)),
  verify({ headers, body }, secrets) {
    const digests = espoDigests(headers);
    return areAllDigests(digests) && digests.every((digest) => isMadeWith(secrets, [body], digest));
  },
};

function espoDigests(headers: Headers): (Uint8Array | undefined)[] {
  return [
    ...digestsBehindColon(headers.get("signature"), (rest) => digestIn(rest.toString("latin1"), "hex")),
    ...digestsBehindColon(headers.get("x-signature"), (rest) => rest),
  ];
}

function digestsBehindColon(
  header: string | null,
  read: (rest: Buffer) => Uint8Array | undefined,
): (Uint8Array | undefined)[] {
  if (header === null) return [];
  const bytes = BASE64.test(header) ? Buffer.from(header, "base64") : Buffer.alloc(0);
  const colon = bytes.indexOf(":");
  return [colon > 0 ? read(bytes.subarray(colon + 1)) : undefined];
}
