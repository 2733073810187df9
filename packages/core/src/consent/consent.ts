import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import { lockPeople } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Assurance } from "../kernel/vocabulary.ts";
import { type Keys, type SubjectKeys, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { type ConsentRow, insertConsents, recordsOf } from "./consent-store.ts";
import {
  CONSENT_PURPOSES,
  type ConsentChannel,
  type ConsentPurpose,
  type ConsentRecord,
  type EntityRef,
  foldConsent,
  lacksConfirmation,
  type WordingRef,
} from "./record.ts";
import type { Stops } from "./stops.ts";
import { createUnsure, type Unsure } from "./unsure.ts";
import { createWordings, type Wordings, wordingName } from "./wordings.ts";

/** One thing a person did, or is said to have done, about one purpose. */
export interface ConsentAct {
  readonly contactId: string;
  readonly purpose: ConsentPurpose;
  readonly channel: ConsentChannel;
  readonly state: "given" | "withdrawn";
  readonly assurance: Assurance;
  readonly entity?: EntityRef;
  readonly wording?: WordingRef;
  /** How: `checkout_box`, `form`, `keyword`, `button`, `reaction`, `admin`, `meta_user_preferences`. */
  readonly method: string;
  /** Where it can be looked up again. Sealed under the person's key. */
  readonly evidence: string;
  /** Why somebody of the shop recorded it. Sealed with the audit's detail. */
  readonly reason?: string;
  /** The withdrawal that it follows. Only an attested consent follows one in this way. */
  readonly lifts?: string;
  readonly occurredAt: Date;
  readonly actor: Actor;
}

/** The gate of every send, and the proof behind it. Records are only ever added. */
export interface Consent {
  readonly wordings: Wordings;
  readonly unsure: Unsure;
  /** What these people agreed to changes in no other transaction before this one ends. Take it once, before reading records. */
  lockPeople(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<void>;
  /**
   * Writes records in this transaction and answers the audit facts that its caller appends last. Whatever can end or follow a
   * withdrawal is written under the person's lock.
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
  audit,
  ids,
  clock,
  stops,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly stops: Stops;
}): Consent {
  return {
    wordings: createWordings({ db, audit, clock }),
    unsure: createUnsure({ ids, clock, stops }),
    lockPeople,

    async record(tx, workspaceId, acts, known) {
      const personKeys =
        known ??
        (await keys.subjects(
          workspaceId,
          acts.map(({ contactId }) => contactId),
        ));
      const locked = acts.filter(({ state, assurance }) => state === "withdrawn" || assurance !== "claimed");
      // Claimed consents wait for nothing, so that their insert is begun before whatever their caller reads next.
      if (locked.length > 0)
        await lockPeople(
          tx,
          workspaceId,
          locked.map(({ contactId }) => contactId),
        );
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
          lifts: act.lifts ?? null,
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
            ...(act.reason !== undefined && { reason: act.reason }),
            ...(act.lifts !== undefined && { lifts: act.lifts }),
            wording: act.wording ? wordingName(act.wording) : null,
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
 * a STOP may have come right before it. It never grants what was never asked for. Of marketing it confirms only what somebody
 * attested and the person has not withdrawn: that is the second half of a double opt-in.
 */
export function optInActs(
  of: Omit<ConsentAct, "purpose" | "state" | "assurance" | "wording">,
  records: readonly ConsentRecord[],
): ConsentAct[] {
  return CONSENT_PURPOSES.flatMap((purpose): ConsentAct[] => {
    const own = records.filter((record) => record.purpose === purpose && record.channel === of.channel);
    const asked = own.findLast((record) => record.wording !== null);
    if (!asked?.wording) return [];
    if (purpose === "marketing" && !awaitsConfirmation(own)) return [];
    return [{ ...of, purpose, state: "given", assurance: "confirmed", wording: asked.wording }];
  });
}

function awaitsConfirmation(own: readonly ConsentRecord[]): boolean {
  const standing = foldConsent(own);
  return standing.kind === "given" && lacksConfirmation(standing);
}
