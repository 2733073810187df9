/** Purposes that need a consent. Security notices that the person just asked for stand apart (see policy). */
export const CONSENT_PURPOSES = ["order-updates", "account", "support", "marketing"] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];
export type ConsentChannel = "whatsapp";

/** Methods of withdrawals that nobody spoke: the number or user id changed, and may be somebody else's now. */
export const IDENTITY_CHANGES: readonly string[] = ["number_changed", "user_id_changed"];

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
 * One append-only fact about one contact, purpose and channel.
 *
 * `claimed` is what a storefront says the person did; `confirmed` is what the person did on the channel itself or what a
 * privacy officer attests with evidence.
 */
export interface ConsentRecord {
  readonly consentId: string;
  /** The order in which the records were written. */
  readonly seq: number;
  readonly contactId: string;
  readonly purpose: ConsentPurpose;
  readonly channel: ConsentChannel;
  readonly state: "given" | "withdrawn";
  readonly assurance: "claimed" | "confirmed";
  /** The order a claim came with. */
  readonly entity: EntityRef | null;
  readonly wording: WordingRef | null;
  readonly method: string;
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
 * Folds records into what holds now. A withdrawal ends everything before it; a claim after it changes nothing, because
 * whoever types a stranger's number into a checkout cannot undo that stranger's STOP.
 */
export function foldConsent(records: readonly ConsentRecord[]): ConsentStanding {
  return [...records].sort((a, b) => a.seq - b.seq).reduce(step, NONE);
}

function step(standing: ConsentStanding, record: ConsentRecord): ConsentStanding {
  if (record.state === "withdrawn") return { kind: "withdrawn", record };
  if (record.assurance === "confirmed") return { kind: "given", record };
  switch (standing.kind) {
    case "none":
      return { kind: "claimed", records: [record] };
    case "claimed":
      return { kind: "claimed", records: [...standing.records, record] };
    case "given":
    case "withdrawn":
      return standing;
  }
}

/** The record that allows a message about this entity, or undefined. A claim allows only what it came with. */
export function allowingRecord(standing: ConsentStanding, entity: EntityRef): ConsentRecord | undefined {
  if (standing.kind === "given") return standing.record;
  if (standing.kind !== "claimed") return undefined;
  return standing.records.findLast(
    (record) => record.entity?.type === entity.type && record.entity.ref === entity.ref,
  );
}
