import type { Assurance } from "../kernel/vocabulary.ts";

/** Purposes that need a consent. Security notices that the person just asked for stand apart (see policy). */
export const CONSENT_PURPOSES = ["order-updates", "account", "support", "marketing"] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];
export type ConsentChannel = "whatsapp";

const NUMBER_CHANGED = "number_changed";
/** Methods of withdrawals that nobody spoke: the number or user id changed, and may be somebody else's now. */
export const IDENTITY_CHANGES: readonly string[] = [NUMBER_CHANGED, "user_id_changed"];

/** Methods by which people speak for themselves, at Meta's time. */
const OWN_WORDS: readonly string[] = ["keyword", "button", "reaction", "meta_user_preferences"];

/** Which wording, in which version and language, the person saw. */
export interface WordingRef {
  readonly id: string;
  readonly version: string;
  readonly language: string;
}

export interface EntityRef {
  readonly type: string;
  readonly ref: string;
}

/**
 * One append-only fact about one contact, purpose and channel. `claimed`: a storefront or a service says that the person did it.
 * `attested`: somebody of the shop with the right says so, with evidence and a reason. `confirmed`: the person did it on the
 * channel itself.
 */
export interface ConsentRecord {
  readonly consentId: string;
  /** The order in which the records were written. */
  readonly seq: number;
  readonly contactId: string;
  readonly purpose: ConsentPurpose;
  readonly channel: ConsentChannel;
  readonly state: "given" | "withdrawn";
  readonly assurance: Assurance;
  /** The order a claim came with. A withdrawal that names one ends what was claimed for it, and nothing else. */
  readonly entity: EntityRef | null;
  readonly wording: WordingRef | null;
  readonly method: string;
  /** The withdrawal that an attested consent follows, as whoever attested it saw it. */
  readonly lifts: string | null;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
}

/** What holds now for one contact, purpose and channel. */
export type ConsentStanding =
  | { readonly kind: "none" }
  | { readonly kind: "claimed"; readonly records: readonly ConsentRecord[] }
  | { readonly kind: "given"; readonly record: ConsentRecord }
  | { readonly kind: "withdrawn"; readonly record: ConsentRecord };

const NONE: ConsentStanding = { kind: "none" };

/**
 * Folds records into what holds now. A withdrawal ends everything before it. After it a claim changes nothing, because whoever
 * types a stranger's number into a checkout cannot undo that stranger's STOP; only the person's own confirmation counts, or a
 * consent that somebody with the right attested for this very withdrawal. A box that was unticked in an order is a withdrawal for
 * that order alone, and the same box can be ticked again.
 *
 * @param entity what a message is about; left out where the question is about the person in general.
 */
export function foldConsent(records: readonly ConsentRecord[], entity?: EntityRef): ConsentStanding {
  return records
    .filter(({ state, entity: named }) => state === "given" || named === null || isSame(named, entity))
    .sort((a, b) => a.seq - b.seq)
    .reduce(step, NONE);
}

function isSame(one: EntityRef | null, other: EntityRef | null | undefined): boolean {
  return one?.type === other?.type && one?.ref === other?.ref;
}

function step(standing: ConsentStanding, record: ConsentRecord): ConsentStanding {
  if (record.state === "withdrawn") {
    const isUnderStop = standing.kind === "withdrawn" && standing.record.entity === null;
    return isUnderStop && record.entity !== null ? standing : { kind: "withdrawn", record };
  }
  switch (record.assurance) {
    case "confirmed":
      return { kind: "given", record };
    case "attested":
      if (standing.kind === "withdrawn" && record.lifts !== standing.record.consentId) return standing;
      // The person's own word is worth more than what is said about it later.
      return standing.kind === "given" && standing.record.assurance === "confirmed"
        ? standing
        : { kind: "given", record };
    case "claimed":
      if (standing.kind === "none" || isTickedAgain(standing, record))
        return { kind: "claimed", records: [record] };
      return standing.kind === "claimed"
        ? { kind: "claimed", records: [...standing.records, record] }
        : standing;
  }
}

function isTickedAgain(standing: ConsentStanding, { entity }: ConsentRecord): boolean {
  return (
    standing.kind === "withdrawn" && standing.record.entity !== null && isSame(standing.record.entity, entity)
  );
}

/**
 * The record that allows a message about this entity, or undefined. A claim allows only what it came with, and marketing needs the
 * person's own confirmation on the channel.
 */
export function allowingRecord(standing: ConsentStanding, entity: EntityRef): ConsentRecord | undefined {
  if (standing.kind === "given") return lacksConfirmation(standing) ? undefined : standing.record;
  if (standing.kind !== "claimed" || lacksConfirmation(standing)) return undefined;
  return standing.records.findLast((record) => isSame(record.entity, entity));
}

/**
 * True where the person said more since a stop that is only heard of now: another stop, which it would change nothing of, or a START,
 * which it must not undo. No START follows a stop of marketing. Of two words in one second the stop stands, and the shop's own
 * records are by another clock.
 */
export function isOvertaken(
  records: readonly ConsentRecord[],
  purpose: ConsentPurpose,
  stoppedAt: Date,
): boolean {
  return records.some(
    (record) =>
      record.purpose === purpose &&
      record.assurance === "confirmed" &&
      OWN_WORDS.includes(record.method) &&
      record.occurredAt > stoppedAt &&
      (record.state === "withdrawn" || purpose !== "marketing"),
  );
}

/**
 * True where Meta reported that the person left this number. Somebody else may have it by now, and whoever has it can write START, so
 * that only an attestation of the shop with evidence says that it is the person's again.
 */
export function isNumberGivenUp(records: readonly ConsentRecord[]): boolean {
  const left = records.findLast(({ state, method }) => state === "withdrawn" && method === NUMBER_CHANGED);
  if (!left) return false;
  return !records.some(
    ({ seq, state, assurance }) => seq > left.seq && state === "given" && assurance === "attested",
  );
}

/** A marketing consent that somebody said the person gave, and that the person has not confirmed on the channel. */
export function lacksConfirmation(standing: ConsentStanding): boolean {
  if (standing.kind === "claimed") return standing.records.some(({ purpose }) => purpose === "marketing");
  return (
    standing.kind === "given" &&
    standing.record.purpose === "marketing" &&
    standing.record.assurance !== "confirmed"
  );
}
