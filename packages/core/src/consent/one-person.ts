import type { ConsentAct } from "./consent.ts";
import { CONSENT_PURPOSES, type ConsentRecord, foldConsent, IDENTITY_CHANGES } from "./record.ts";

/**
 * Several contacts turn out to be one person's: what they withdrew under one name is withdrawn under all, unless it was
 * taken back later. That a number changed says nothing about the person's wish, and stays where it is.
 */
export function sharedWithdrawals(records: readonly ConsentRecord[], same: readonly string[]): ConsentAct[] {
  const channels = [...new Set(records.map(({ channel }) => channel))];
  const lifted = new Set(records.map(({ lifts }) => lifts));
  return channels.flatMap((channel) =>
    CONSENT_PURPOSES.flatMap((purpose) => {
      const of = records.filter((record) => record.channel === channel && record.purpose === purpose);
      const said = of
        .filter(
          (record) => same.includes(record.contactId) && isOwnWord(record) && !lifted.has(record.consentId),
        )
        .sort(
          (one, other) =>
            one.occurredAt.getTime() - other.occurredAt.getTime() ||
            Number(one.state === "withdrawn") - Number(other.state === "withdrawn"),
        );
      const last = said.at(-1);
      if (last?.state !== "withdrawn") return [];
      const reached = same.filter(
        (contactId) =>
          foldConsent(of.filter((record) => record.contactId === contactId)).kind !== "withdrawn",
      );
      return reached.map(
        (contactId): ConsentAct => ({
          contactId,
          purpose,
          channel,
          state: "withdrawn",
          assurance: "confirmed",
          method: "same_person",
          evidence: `Meta uses one id for this person and for the one of record ${last.consentId}.`,
          occurredAt: last.occurredAt,
          actor: { type: "meta" },
        }),
      );
    }),
  );
}

function isOwnWord({ state, assurance, method, entity }: ConsentRecord): boolean {
  if (state === "given") return assurance === "confirmed";
  // A box of one order says nothing about the person elsewhere.
  return entity === null && !IDENTITY_CHANGES.includes(method);
}
