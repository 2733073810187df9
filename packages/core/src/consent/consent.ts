import { createHash } from "node:crypto";
import type { Actor, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { IdSource } from "../kernel/ids.ts";
import { type Keys, type SubjectKeys, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import {
  type ConsentRow,
  insertConsents,
  insertWordings,
  recordsOf,
  type WordingRow,
  wordingsOf,
} from "./consent-store.ts";
import {
  CONSENT_PURPOSES,
  type ConsentChannel,
  type ConsentPurpose,
  type ConsentRecord,
  type EntityRef,
  type WordingRef,
} from "./record.ts";
import type { Stops } from "./stops.ts";

/** The words beside a box, kept with their hash as long as a record cites them. */
export interface Wording extends WordingRef {
  readonly purpose: ConsentPurpose;
  readonly text: string;
}

/** One thing a person did, or is said to have done, about one purpose. */
export interface ConsentAct {
  readonly contactId: string;
  readonly purpose: ConsentPurpose;
  readonly channel: ConsentChannel;
  readonly state: "given" | "withdrawn";
  readonly assurance: "claimed" | "confirmed";
  readonly entity?: EntityRef;
  readonly wording?: WordingRef;
  /** How: `checkout_box`, `form`, `keyword`, `button`, `reaction`, `admin`, `meta_user_preferences`. */
  readonly method: string;
  /** Where it can be looked up again. Sealed under the person's key. */
  readonly evidence: string;
  readonly occurredAt: Date;
  readonly actor: Actor;
}

/** The gate of every send, and the proof behind it. Records are only ever added. */
export interface Consent {
  /** Stores the configured wordings. @throws WebxkeyError `invalid_configuration` for a changed text under an old version. */
  keepWordings(workspaceId: string, wordings: readonly Wording[], on?: Db): Promise<void>;
  wordings(workspaceId: string, on?: Db): Promise<Wording[]>;
  /**
   * Writes records in this transaction and answers the audit facts that its caller appends last.
   *
   * @param known the persons' keys, where the caller has just read them.
   */
  record(
    tx: Db,
    workspaceId: string,
    acts: readonly ConsentAct[],
    known?: SubjectKeys,
  ): Promise<{ ids: string[]; facts: AuditFact[] }>;
  records(workspaceId: string, contactIds: readonly string[], on?: Db): Promise<ConsentRecord[]>;
}

export function createConsent({
  db,
  keys,
  ids,
  clock,
  stops,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly stops: Stops;
}): Consent {
  return {
    async keepWordings(workspaceId, wordings, on = db) {
      const known = new Map((await wordingsOf(on, workspaceId)).map((row) => [nameOf(wordingOf(row)), row]));
      for (const wording of wordings) {
        const before = known.get(nameOf(wording));
        if (before && (before.body !== wording.text || before.purpose !== wording.purpose)) {
          throw new WebxkeyError("invalid_configuration", {
            detail: `The consent wording ${nameOf(wording)} was changed. People agreed to the old words: give the new text a new version.`,
          });
        }
      }
      await insertWordings(
        on,
        workspaceId,
        wordings.map(({ id, version, language, purpose, text }) => ({
          wording_id: id,
          version,
          language,
          purpose,
          body: text,
          body_sha256: createHash("sha256").update(text).digest(),
        })),
      );
    },

    async wordings(workspaceId, on = db) {
      return (await wordingsOf(on, workspaceId)).map(wordingOf);
    },

    async record(tx, workspaceId, acts, known) {
      const personKeys =
        known ??
        (await keys.subjects(
          workspaceId,
          acts.map(({ contactId }) => contactId),
        ));
      const recordedAt = clock.now();
      const rows: ConsentRow[] = [];
      const facts: AuditFact[] = [];
      for (const act of acts) {
        const key = personKeys.get(act.contactId);
        // An erased person has no key and no consent to record.
        if (!key) continue;
        const consentId = ids.row();
        rows.push({
          workspace_id: workspaceId,
          consent_id: consentId,
          contact_id: act.contactId,
          purpose: act.purpose,
          channel: act.channel,
          state: act.state,
          assurance: act.assurance,
          entity_type: act.entity?.type ?? null,
          entity_ref: act.entity?.ref ?? null,
          wording_id: act.wording?.id ?? null,
          wording_version: act.wording?.version ?? null,
          wording_language: act.wording?.language ?? null,
          method: act.method,
          evidence_sealed: seal(key, `consents.evidence|${workspaceId}|${consentId}`, act.evidence),
          occurred_at: act.occurredAt,
          recorded_at: recordedAt,
        });
        facts.push({
          actor: act.actor,
          action: act.state === "given" ? "consent.given" : "consent.withdrawn",
          object: { type: "consent", id: consentId },
          outcome: act.assurance,
          subjectId: act.contactId,
          detail: {
            purpose: act.purpose,
            channel: act.channel,
            method: act.method,
            evidence: act.evidence,
            wording: act.wording ? nameOf(act.wording) : null,
            entity: act.entity ? `${act.entity.type}:${act.entity.ref}` : null,
            occurred_at: act.occurredAt.toISOString(),
          },
        });
      }
      const stopped = rows.filter(({ state }) => state === "withdrawn").map((row) => row.contact_id);
      // Begun in the tick of the call: whoever sends statements together counts on the order.
      await Promise.all([stops.begin(tx, workspaceId, stopped), insertConsents(tx, rows)]);
      return { ids: rows.map((row) => row.consent_id), facts };
    },

    records: (workspaceId, contactIds, on = db) => recordsOf(on, workspaceId, contactIds),
  };
}

/** A bare STOP: every purpose that needs a consent, whether it was given or not, so that no later claim opens it again. */
export function optOutActs(
  of: Omit<ConsentAct, "purpose" | "state" | "assurance">,
  purposes: readonly ConsentPurpose[] = CONSENT_PURPOSES,
): ConsentAct[] {
  return purposes.map((purpose) => ({ ...of, purpose, state: "withdrawn", assurance: "confirmed" }));
}

/**
 * An explicit START from the person: confirms what they had agreed to before, wording by wording, and each time anew, because
 * a STOP may have come right before it. It never grants what was never asked for, and marketing needs a consent of its own.
 */
export function optInActs(
  of: Omit<ConsentAct, "purpose" | "state" | "assurance" | "wording">,
  records: readonly ConsentRecord[],
): ConsentAct[] {
  return CONSENT_PURPOSES.flatMap((purpose): ConsentAct[] => {
    const own = records.filter((record) => record.purpose === purpose && record.channel === of.channel);
    const asked = own.findLast((record) => record.wording !== null);
    if (purpose === "marketing" || !asked?.wording) return [];
    return [{ ...of, purpose, state: "given", assurance: "confirmed", wording: asked.wording }];
  });
}

function wordingOf(row: WordingRow): Wording {
  return {
    id: row.wording_id,
    version: row.version,
    language: row.language,
    purpose: row.purpose as ConsentPurpose,
    text: row.body,
  };
}

function nameOf({ id, version, language }: WordingRef): string {
  return `${id}@${version} (${language})`;
}
