import type { AuditFact } from "../audit/index.ts";
import type { Consent, ConsentAct, ConsentRecord, EntityRef, Wording } from "../consent/index.ts";
import { parsePhone } from "../kernel/phone.ts";
import { keyedHash, type WorkspaceKeys } from "../keys/index.ts";
import type { ClaimGiver, ConsentClaim, UnusableClaim } from "../messaging.ts";
import type { Db } from "../storage/index.ts";
import { type EventRow, entitiesSeenBefore } from "./outbox-store.ts";
import type { Publication } from "./publication.ts";

/** Why a claim that came with an event was not recorded. */
export type ClaimRefusal = UnusableClaim | "other_phone" | "unknown_wording";

/** What the claims of a batch are held against. */
export interface ClaimFacts {
  readonly wordings: readonly Wording[];
  readonly known: readonly ConsentRecord[];
  /** By `sourceAndEntity`: what an event told of before this batch. */
  readonly seen: ReadonlySet<string>;
}

/** A publication with its row, whether it was seen before or not. */
export interface TakenPublication {
  readonly publication: Publication;
  readonly row: EventRow;
}

/** What an order says about the consent of one person: with an event, or by its field alone. */
export interface ConsentSource {
  readonly publication: Pick<Publication, "claims" | "takenBack" | "unusableClaim" | "phone">;
  readonly row: Pick<EventRow, "event_id" | "contact_id" | "source" | "entity_type" | "entity_ref">;
}

export async function readClaimFacts(
  { consent }: { readonly consent: Consent },
  tx: Db,
  workspaceId: string,
  taken: readonly TakenPublication[],
): Promise<ClaimFacts> {
  const speaking = taken.filter(
    ({ publication, row }) =>
      row.contact_id !== null && publication.claims.length + publication.takenBack.length > 0,
  );
  if (speaking.length === 0) return { wordings: [], known: [], seen: new Set() };
  const timeless = speaking.filter(({ publication }) =>
    publication.claims.some(({ isTimeOfOrder }) => isTimeOfOrder),
  );
  const [wordings, known, seen] = await Promise.all([
    consent.wordings.list(workspaceId, tx),
    consent.records(
      workspaceId,
      speaking.flatMap(({ row }) => row.contact_id ?? []),
      tx,
    ),
    entitiesSeenBefore(
      tx,
      workspaceId,
      timeless.map(({ row }) => row.entity_ref),
      taken.map(({ row }) => row.event_id),
    ),
  ]);
  return { wordings, known, seen: new Set(seen.map(sourceAndEntity)) };
}

/**
 * What storefronts say people agreed to, as acts to record, once for an order and purpose. A claim with words that nobody
 * stored is refused and noted, and so is one whose giver is not the person the message goes to: a consent never passes from the
 * buyer to whoever receives the parcel.
 *
 * @param fresh those that were not seen before.
 */
export function weighClaims(
  { wordings, known, seen }: ClaimFacts,
  lookup: WorkspaceKeys["lookup"],
  fresh: readonly ConsentSource[],
  now: Date,
): { readonly acts: readonly ConsentAct[]; readonly refused: readonly AuditFact[] } {
  const said = new Set(seen);
  const recorded = new Set<string>();
  const acts: ConsentAct[] = [];
  const refused: AuditFact[] = [];
  const refuse = (eventId: string, outcome: ClaimRefusal) =>
    refused.push({
      actor: { type: "host" },
      action: "consent.claim_refused",
      object: { type: "event", id: eventId },
      outcome,
    });
  for (const { publication, row } of fresh) {
    if (publication.unusableClaim) refuse(row.event_id, publication.unusableClaim);
    const { contact_id: contactId } = row;
    const isLater = said.has(sourceAndEntity(row));
    said.add(sourceAndEntity(row));
    if (contactId === null) continue;
    for (const claim of publication.claims) {
      const wording = wordings.find((one) => isWording(one, claim));
      if (!wording || !isGivenBy(claim.givenBy, publication.phone?.reveal() ?? "", lookup)) {
        refuse(row.event_id, wording ? "other_phone" : "unknown_wording");
        continue;
      }
      const { purpose } = wording;
      const entity = entityIn(row);
      const name = `${contactId} ${purpose} ${row.entity_type}:${row.entity_ref}`;
      const last = lastOf(known, contactId, purpose, entity);
      if (recorded.has(name) || last?.state === "given") continue;
      recorded.add(name);
      const isSetSince = claim.isTimeOfOrder === true && (isLater || last?.state === "withdrawn");
      acts.push({
        contactId,
        purpose,
        channel: "whatsapp",
        state: "given",
        assurance: "claimed",
        entity,
        wording,
        method: isSetSince ? "ticked_later" : claim.method,
        evidence: claim.evidence,
        // Nobody has agreed in the future, whatever a host's clock says.
        occurredAt: isSetSince || claim.occurredAt > now ? now : claim.occurredAt,
        actor: { type: "host" },
      });
    }
  }
  return { acts, refused };
}

/** Withdrawals for orders whose field said yes before and says so no more. A consent that did not come from a field stands. */
export function takenBackActs(
  { wordings, known }: Pick<ClaimFacts, "wordings" | "known">,
  taken: readonly ConsentSource[],
  now: Date,
): ConsentAct[] {
  const acts = taken.flatMap(({ publication, row }) =>
    publication.takenBack.flatMap(({ evidence, ...words }): ConsentAct[] => {
      const wording = wordings.find((one) => isWording(one, words));
      const { contact_id: contactId } = row;
      if (!wording || contactId === null) return [];
      const { purpose } = wording;
      const entity = entityIn(row);
      const last = lastOf(known, contactId, purpose, entity);
      if (last?.state !== "given" || last.assurance !== "claimed") return [];
      return [
        {
          contactId,
          purpose,
          channel: "whatsapp",
          state: "withdrawn",
          assurance: "claimed",
          entity,
          method: "box_unticked",
          evidence,
          occurredAt: now,
          actor: { type: "host" },
        },
      ];
    }),
  );
  const nameOf = ({ contactId, purpose, entity }: ConsentAct) =>
    `${contactId} ${purpose} ${entity?.type}:${entity?.ref}`;
  return [...new Map(acts.map((act) => [nameOf(act), act])).values()];
}

/** The newest of what was recorded for this order alone. */
function lastOf(
  known: readonly ConsentRecord[],
  contactId: string,
  purpose: ConsentRecord["purpose"],
  { type, ref }: EntityRef,
): ConsentRecord | undefined {
  return known.findLast(
    (record) =>
      record.contactId === contactId &&
      record.purpose === purpose &&
      record.entity?.type === type &&
      record.entity.ref === ref,
  );
}

function entityIn({ entity_type, entity_ref }: ConsentSource["row"]): EntityRef {
  return { type: entity_type, ref: entity_ref };
}

export function sourceAndEntity({
  source,
  entity_type,
  entity_ref,
}: Pick<EventRow, "source" | "entity_type" | "entity_ref">) {
  return JSON.stringify([source, entity_type, entity_ref]);
}

function isWording(
  wording: Wording,
  claim: Pick<ConsentClaim, "wordingId" | "wordingVersion" | "wordingLanguage">,
): boolean {
  return (
    wording.id === claim.wordingId &&
    wording.version === claim.wordingVersion &&
    wording.language === claim.wordingLanguage
  );
}

function isReadAs(given: string, phone: string): boolean {
  const read = parsePhone(given);
  return read.ok && read.e164 === phone;
}

function isGivenBy(giver: ClaimGiver, phone: string, lookup: WorkspaceKeys["lookup"]): boolean {
  return "phones" in giver
    ? giver.phones.some((given) => given === phone || isReadAs(given, phone))
    : giver.phoneBinding === phoneBinding(lookup, phone);
}

/** Ties a claim to a phone without showing it; keyed apart from the look-ups of contacts. */
export function phoneBinding(lookupKey: WorkspaceKeys["lookup"], e164: string): string {
  return keyedHash(lookupKey, "claim.phone", e164).toString("base64url");
}
