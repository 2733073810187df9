import type { ClaimsRead } from "@webxkey/host-kit";
import { z } from "zod";

/** Where a storefront puts what the buyer agreed to: a key of the cart's metadata, which Medusa copies to the order. */
export const CONSENT_METADATA_KEY = "webxkey_consent";

/** Strict, because anyone who can write to a cart writes this. Nobody's words are taken from it, only which words. */
export const storedConsent = z.strictObject({
  wording_id: z.string().min(1).max(80),
  wording_version: z.string().min(1).max(40),
  wording_language: z.string().min(1).max(35),
  given_at: z.iso.datetime({ offset: true }),
  /** Written by the store's own route only: the engine's key ties the consent to the number that the cart had. */
  phone_binding: z.string().min(1).max(200),
});

export type StoredConsent = z.output<typeof storedConsent>;

type Metadata = Readonly<Record<string, unknown>> | null | undefined;

/** @param place where it can be looked up again, such as `order_01H… metadata`. */
export function readClaim(metadata: Metadata, place: string): ClaimsRead {
  const written = metadata?.[CONSENT_METADATA_KEY];
  if (written === undefined || written === null) return { kind: "none" };
  const read = storedConsent.safeParse(written);
  if (!read.success) return { kind: "malformed" };
  const { wording_id, wording_version, wording_language, given_at, phone_binding } = read.data;
  return {
    kind: "claimed",
    claim: {
      wordingId: wording_id,
      wordingVersion: wording_version,
      wordingLanguage: wording_language,
      method: "checkout_box",
      occurredAt: new Date(given_at),
      evidence: `${place}.${CONSENT_METADATA_KEY}`,
      givenBy: { phoneBinding: phone_binding },
    },
  };
}
