import type { ConsentWording } from "@webxkey/core";
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

export interface ReadFrom {
  /** Where it can be looked up again, such as `order_01H… metadata`. */
  readonly place: string;
  readonly placedAt: Date;
  /** When the order's cart was made; absent where it has none. */
  readonly cartMadeAt?: Date | undefined;
  /** The store's own. A storefront can write any name into a cart. */
  readonly offered: readonly ConsentWording[];
}

/**
 * The consent in an order's metadata. No key, or an empty one, is a box without a tick. Anybody who can write to the cart can
 * write the time too: one that is not between the cart's first moment and the order is the order's.
 */
export function readClaim(
  metadata: Metadata,
  { place, placedAt, cartMadeAt, offered }: ReadFrom,
): ClaimsRead {
  const written = metadata?.[CONSENT_METADATA_KEY];
  const evidence = `${place}.${CONSENT_METADATA_KEY}`;
  const takenBack = offered.map(({ id, version, language }) => ({
    wordingId: id,
    wordingVersion: version,
    wordingLanguage: language,
    evidence,
  }));
  if (written === undefined || written === null || written === false || written === "")
    return { kind: "not_given", takenBack };
  const read = storedConsent.safeParse(written);
  // Somebody of the shop who writes "no" there means it.
  if (!read.success) return { kind: "unusable", why: "malformed", takenBack };
  const { wording_id, wording_version, wording_language, given_at, phone_binding } = read.data;
  const isOffered = offered.some(
    ({ id, version, language }) =>
      id === wording_id && version === wording_version && language === wording_language,
  );
  if (!isOffered) return { kind: "unusable", why: "not_offered" };
  const givenAt = new Date(given_at);
  const isOfThisOrder = givenAt >= (cartMadeAt ?? placedAt) && givenAt <= placedAt;
  return {
    kind: "claimed",
    claim: {
      wordingId: wording_id,
      wordingVersion: wording_version,
      wordingLanguage: wording_language,
      method: "checkout_box",
      occurredAt: isOfThisOrder ? givenAt : placedAt,
      // Metadata can be edited after the order, and keeps the time that it came with.
      isTimeOfOrder: true,
      evidence,
      givenBy: { phoneBinding: phone_binding },
    },
  };
}
