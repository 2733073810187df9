import type { AuditFact } from "../audit/index.ts";
import type { Consent, ConsentAct, ConsentRecord, Wording } from "../consent/index.ts";
import { parsePhone } from "../kernel/phone.ts";
import { keyedHash, type WorkspaceKeys } from "../keys/index.ts";
import type { ClaimGiver } from "../messaging.ts";
import type { Db } from "../storage/index.ts";
import type { FreshEvent, Publication } from "./publication.ts";

/** What the claims of a batch are held against. */
export interface ClaimFacts {
  readonly wordings: readonly Wording[];
  readonly known: readonly ConsentRecord[];
}

export async function readClaimFacts(
  { consent }: { readonly consent: Consent },
  tx: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<ClaimFacts> {
  if (contactIds.length === 0) return { wordings: [], known: [] };
  const [wordings, known] = await Promise.all([
    consent.wordings.list(workspaceId, tx),
    consent.records(workspaceId, contactIds, tx),
  ]);
  return { wordings, known };
}

/**
 * What storefronts say people agreed to, as acts to record, once for an order and purpose. A claim with words that nobody
 * stored is refused and noted, and so is one whose giver is not the person the message goes to: a consent never passes from the
 * buyer to whoever receives the parcel.
 */
export function weighClaims(
  { wordings, known }: ClaimFacts,
  lookup: WorkspaceKeys["lookup"],
  fresh: readonly FreshEvent[],
): { readonly acts: readonly ConsentAct[]; readonly refused: readonly AuditFact[] } {
  const claiming = fresh.filter(
    ({ publication, contactId }) => contactId !== null && publication.claims.length > 0,
  );
  const recorded = new Set(
    known.map(
      (record) => `${record.contactId} ${record.purpose} ${record.entity?.type}:${record.entity?.ref}`,
    ),
  );
  const acts: ConsentAct[] = [];
  const refused: AuditFact[] = [];
  for (const { publication, row, contactId } of claiming) {
    for (const claim of publication.claims) {
      const wording = wordings.find((one) => isWording(one, claim));
      if (!wording || !isGivenBy(claim.givenBy, publication.phone?.reveal() ?? "", lookup)) {
        refused.push({
          actor: { type: "host" },
          action: "consent.claim_refused",
          object: { type: "event", id: row.event_id },
          outcome: wording ? "other_phone" : "unknown_wording",
        });
        continue;
      }
      const name = `${contactId} ${wording.purpose} ${row.entity_type}:${row.entity_ref}`;
      if (recorded.has(name)) continue;
      recorded.add(name);
      acts.push({
        contactId: contactId ?? "",
        purpose: wording.purpose,
        channel: "whatsapp",
        state: "given",
        assurance: "claimed",
        entity: { type: row.entity_type, ref: row.entity_ref },
        wording,
        method: claim.method,
        evidence: claim.evidence,
        occurredAt: claim.occurredAt,
        actor: { type: "host" },
      });
    }
  }
  return { acts, refused };
}

function isWording(wording: Wording, claim: Publication["claims"][number]): boolean {
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
