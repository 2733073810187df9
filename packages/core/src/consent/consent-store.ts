import type { Assurance } from "../kernel/vocabulary.ts";
import { anyOf, type Db, insertAll } from "../storage/index.ts";
import type { ConsentChannel, ConsentPurpose, ConsentRecord } from "./record.ts";

export interface ConsentRow {
  readonly workspace_id: string;
  readonly consent_id: string;
  readonly contact_id: string;
  readonly purpose: ConsentPurpose;
  readonly channel: ConsentChannel;
  readonly state: "given" | "withdrawn";
  readonly assurance: Assurance;
  readonly entity_type: string | null;
  readonly entity_ref: string | null;
  readonly wording_id: string | null;
  readonly wording_version: string | null;
  readonly wording_language: string | null;
  readonly method: string;
  readonly evidence_sealed: Buffer;
  readonly lifts: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
}

export async function insertConsents(tx: Db, rows: readonly ConsentRow[]): Promise<void> {
  await insertAll(
    tx,
    "webxkey.consents",
    {
      workspace_id: "text",
      consent_id: "uuid",
      contact_id: "uuid",
      purpose: "text",
      channel: "text",
      state: "text",
      assurance: "text",
      entity_type: "text",
      entity_ref: "text",
      wording_id: "text",
      wording_version: "text",
      wording_language: "text",
      method: "text",
      evidence_sealed: "bytea",
      lifts: "uuid",
      occurred_at: "timestamptz",
      recorded_at: "timestamptz",
    },
    rows.map((row) => ({ ...row })),
  );
}

export async function recordsOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<ConsentRecord[]> {
  if (contactIds.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.consents")
    .select([
      "consent_id",
      "recorded_seq",
      "contact_id",
      "purpose",
      "channel",
      "state",
      "assurance",
      "entity_type",
      "entity_ref",
      "wording_id",
      "wording_version",
      "wording_language",
      "method",
      "lifts",
      "occurred_at",
      "recorded_at",
    ])
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .orderBy("recorded_seq")
    .execute();
  return rows.map((row) => ({
    consentId: row.consent_id,
    seq: row.recorded_seq,
    contactId: row.contact_id,
    purpose: row.purpose as ConsentPurpose,
    channel: row.channel as ConsentChannel,
    state: row.state,
    assurance: row.assurance,
    entity: row.entity_type && row.entity_ref ? { type: row.entity_type, ref: row.entity_ref } : null,
    wording:
      row.wording_id && row.wording_version && row.wording_language
        ? { id: row.wording_id, version: row.wording_version, language: row.wording_language }
        : null,
    method: row.method,
    lifts: row.lifts,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  }));
}

export interface WordingRow {
  readonly wording_id: string;
  readonly version: string;
  readonly language: string;
  readonly purpose: string;
  readonly body: string;
  readonly created_at: Date;
}

export async function wordingsOf(db: Db, workspaceId: string): Promise<WordingRow[]> {
  return await db
    .selectFrom("webxkey.wordings")
    .select(["wording_id", "version", "language", "purpose", "body", "created_at"])
    .where("workspace_id", "=", workspaceId)
    .execute();
}

export async function insertWordings(
  db: Db,
  workspaceId: string,
  wordings: readonly (WordingRow & { readonly body_sha256: Buffer })[],
): Promise<void> {
  await insertAll(
    db,
    "webxkey.wordings",
    {
      workspace_id: "text",
      wording_id: "text",
      version: "text",
      language: "text",
      purpose: "text",
      body: "text",
      body_sha256: "bytea",
      created_at: "timestamptz",
    },
    wordings.map((wording) => ({ workspace_id: workspaceId, ...wording })),
  );
}
