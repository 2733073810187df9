import type { Audit } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import type { Contacts } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { parsePhone } from "../kernel/phone.ts";
import { pii } from "../kernel/pii.ts";
import type { Keys } from "../keys/index.ts";
import type { OrderConsents, OrderOfPerson } from "../messaging.ts";
import type { Db } from "../storage/index.ts";
import { type ConsentSource, sourceAndEntity, takenBackActs, weighClaims } from "./consent-claims.ts";
import { claimersOf, entitiesSeenBefore } from "./outbox-store.ts";

export interface ConsentEditPorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly keys: Keys;
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly clock: Clock;
}

/**
 * Records what an order's consent field says now, although nothing else has happened to the order. A field that no longer says yes
 * withdraws every consent that was claimed for the order, also that of a person whom the order named before its phone was
 * corrected. A field that says yes is a new claim of the person whom the order names now.
 *
 * An order that no event has told of is left alone: its first event brings the field along.
 */
export async function recordConsentEdit(
  { db, audit, keys, contacts, consent, clock }: ConsentEditPorts,
  workspaceId: string,
  { source, type, ref, phone: written }: OrderOfPerson,
  { claims = [], takenBack = [] }: OrderConsents,
): Promise<void> {
  const { lookup } = await keys.workspace(workspaceId);
  const read = written === undefined ? undefined : parsePhone(written);
  const phone = read?.ok ? pii(read.e164) : null;
  await db.transaction().execute(async (tx) => {
    const entity = { source, entity_type: type, entity_ref: ref };
    const seen = new Set((await entitiesSeenBefore(tx, workspaceId, [ref], [])).map(sourceAndEntity));
    if (!seen.has(sourceAndEntity(entity))) return;
    const claiming = claims.length > 0 && phone ? [[{ kind: "phone" as const, value: phone }]] : [];
    const [buyer] = (await contacts.resolve(workspaceId, claiming, tx)).flat();
    const claimers = takenBack.length > 0 ? await claimersOf(tx, workspaceId, { type, ref }) : [];
    const people = [...new Set([...(buyer ? [buyer] : []), ...claimers])];
    if (people.length === 0) return;

    await consent.lockPeople(tx, workspaceId, people);
    const known = await consent.records(workspaceId, people, tx);
    const wordings = await consent.wordings.list(workspaceId, tx);
    const sources = people.map(
      (contactId): ConsentSource => ({
        publication: { claims: contactId === buyer ? claims : [], takenBack, unusableClaim: null, phone },
        row: { ...entity, event_id: "", contact_id: contactId },
      }),
    );
    const now = clock.now();
    const { facts } = await consent.record(tx, workspaceId, [
      ...takenBackActs({ wordings, known }, sources, now),
      ...weighClaims({ wordings, known, seen }, lookup, sources, now).acts,
    ]);
    await audit.append(tx, workspaceId, facts);
  });
}
