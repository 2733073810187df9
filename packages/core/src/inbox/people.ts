import type { AuditFact } from "../audit/index.ts";
import type { Identities, IdentityChangeFact, InboundFact, UserPreferenceFact } from "../channels/facts.ts";
import type { Consent } from "../consent/index.ts";
import { type Contacts, numberChangesOf, recordNumberChanges } from "../contacts/index.ts";
import type { Keys } from "../keys/index.ts";
import { identitiesOf, learnIds, shareStops } from "../outbox/index.ts";
import type { Db } from "../storage/index.ts";
import { contactsOfMessages } from "./inbound-store.ts";
import { asksToStop } from "./reading.ts";
import type { OwnedFact } from "./sort-webhook.ts";

export type PersonFact = InboundFact | UserPreferenceFact | IdentityChangeFact;

/** Who everyone is who speaks or is spoken of. */
export type People = ReadonlyMap<PersonFact, string[]>;

export interface PeoplePorts {
  readonly keys: Keys;
  readonly contacts: Contacts;
  readonly consent: Consent;
}

/**
 * Finds or makes the contacts of everyone who speaks or is spoken of. Whoever answers a message of ours is the person of that
 * message, by whatever name Meta calls them today. What is learned by that is answered as facts to append last.
 */
export async function resolvePeople(
  ports: PeoplePorts,
  tx: Db,
  workspaceId: string,
  owned: readonly OwnedFact[],
): Promise<{ people: People; facts: AuditFact[] }> {
  const speaking = owned.flatMap(({ fact }) => (isPersonFact(fact) ? [fact] : []));
  if (speaking.length === 0) return { people: new Map(), facts: [] };
  const { answering, facts } = await learnFromAnswers(ports, tx, workspaceId, speaking);
  const resolved = await ports.contacts.resolveWhole(
    tx,
    workspaceId,
    speaking.map((fact) => identitiesOf(personOf(fact))),
  );
  const people = new Map(speaking.map((fact, index) => [fact, resolved[index] ?? []]));
  for (const [fact, contactId] of answering)
    if (people.get(fact)?.length === 0)
      people.set(fact, await ports.contacts.wholeOf(tx, workspaceId, [contactId]));
  return { people: await withNewNumbers(ports, tx, workspaceId, people), facts };
}

/** A stop that was said under a number before its person left it, and is heard of after that, counts for the new one too. */
async function withNewNumbers(
  { contacts }: PeoplePorts,
  tx: Db,
  workspaceId: string,
  people: Map<PersonFact, string[]>,
): Promise<People> {
  const stops = [...people].filter(([fact]) => asksToStop(fact));
  const changes = await numberChangesOf(tx, workspaceId, [...new Set(stops.flatMap(([, ids]) => ids))]);
  for (const [fact, contactIds] of stops) {
    const successors = changes.flatMap(({ contactId, successorId, changedAt }) =>
      contactIds.includes(contactId) && fact.timestamp <= changedAt ? [successorId] : [],
    );
    if (successors.length === 0) continue;
    const whole = await contacts.wholeOf(tx, workspaceId, successors);
    people.set(fact, [...new Set([...contactIds, ...whole])]);
  }
  return people;
}

async function learnFromAnswers(
  { keys, ...ports }: PeoplePorts,
  tx: Db,
  workspaceId: string,
  speaking: readonly PersonFact[],
): Promise<{ answering: ReadonlyMap<PersonFact, string>; facts: AuditFact[] }> {
  // In a group anybody may quote what was written to one of them.
  const answers = speaking.flatMap((fact) =>
    fact.kind === "inbound" && fact.contextWamid && !fact.groupId ? [{ fact, wamid: fact.contextWamid }] : [],
  );
  const contactIds = await contactsOfMessages(
    keys,
    tx,
    workspaceId,
    answers.map(({ wamid }) => wamid),
  );
  const answering = new Map<PersonFact, string>();
  const people = answers.flatMap(({ fact }, index) => {
    const contactId = contactIds[index];
    if (contactId === undefined) return [];
    answering.set(fact, contactId);
    return [{ contactId, identities: identitiesOf(fact.from) }];
  });
  return { answering, facts: await learnIds(ports, tx, workspaceId, people) };
}

/**
 * Follows people to their new ids. A new user id is the same person's. A new number is met as a person of its own, because a
 * consent to write to the old one says nothing about it, but what was withdrawn there, or asked to be erased, counts here too.
 */
export async function followChanges(
  ports: PeoplePorts,
  tx: Db,
  workspaceId: string,
  people: People,
): Promise<AuditFact[]> {
  const facts: AuditFact[] = [];
  for (const [fact, contactIds] of people) {
    if (fact.kind !== "identity_change" || fact.cause === "identity_key_changed") continue;
    const identities = identitiesOf(fact.after);
    if (fact.cause === "user_id_changed") {
      const learned = contactIds.map((contactId) => ({ contactId, identities }));
      facts.push(...(await learnIds(ports, tx, workspaceId, learned)));
      continue;
    }
    const [after = []] = await ports.contacts.resolveWhole(tx, workspaceId, [identities]);
    const changes = contactIds.flatMap((contactId) =>
      after.flatMap((successorId) =>
        contactIds.includes(successorId) ? [] : [{ contactId, successorId, changedAt: fact.timestamp }],
      ),
    );
    await recordNumberChanges(tx, workspaceId, changes);
    const people = [[...new Set([...contactIds, ...after])]];
    facts.push(
      ...(await ports.contacts.restrictWhole(tx, workspaceId, people)),
      ...(await shareStops(ports.consent, tx, workspaceId, people)),
    );
  }
  return facts;
}

function isPersonFact(fact: OwnedFact["fact"]): fact is PersonFact {
  return fact.kind === "inbound" || fact.kind === "user_preference" || fact.kind === "identity_change";
}

function personOf(fact: PersonFact): Identities {
  if (fact.kind === "inbound") return fact.from;
  return fact.kind === "user_preference" ? fact.person : fact.before;
}
