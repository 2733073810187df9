import type { Identities, IdentityChangeFact, InboundFact, UserPreferenceFact } from "../channels/facts.ts";
import type { Contacts, Identity } from "../contacts/index.ts";
import type { OwnedFact } from "./sort-webhook.ts";

export type PersonFact = InboundFact | UserPreferenceFact | IdentityChangeFact;

/** Contacts of everyone who speaks or is spoken of, found or made before the transaction opens. */
export async function resolvePeople(
  contacts: Contacts,
  owned: readonly OwnedFact[],
): Promise<Map<PersonFact, string[]>> {
  const people = new Map<PersonFact, string[]>();
  for (const [workspaceId, of] of Map.groupBy(owned, (one) => one.workspaceId)) {
    const facts = of.flatMap(({ fact }) => (isPersonFact(fact) ? [fact] : []));
    const resolved = await contacts.resolve(
      workspaceId,
      facts.map((fact) => identitiesOf(personOf(fact))),
    );
    for (const [index, fact] of facts.entries()) people.set(fact, resolved[index] ?? []);
  }
  return people;
}

/**
 * A status names a recipient by phone and by user id. Later only the user id may be shown, and an opt-out that comes with it
 * alone must find the person.
 */
export async function learnRecipients(contacts: Contacts, owned: readonly OwnedFact[]): Promise<void> {
  for (const [workspaceId, of] of Map.groupBy(owned, (one) => one.workspaceId)) {
    const recipients = of.flatMap(({ fact }) => {
      const identities = fact.kind === "status" ? identitiesOf(fact.recipient) : [];
      return identities.length > 1 ? [identities] : [];
    });
    await contacts.learn(workspaceId, recipients);
  }
}

function isPersonFact(fact: OwnedFact["fact"]): fact is PersonFact {
  return fact.kind === "inbound" || fact.kind === "user_preference" || fact.kind === "identity_change";
}

function personOf(fact: PersonFact): Identities {
  if (fact.kind === "inbound") return fact.from;
  return fact.kind === "user_preference" ? fact.person : fact.before;
}

function identitiesOf({ phone, bsuid }: Identities): Identity[] {
  return [
    ...(phone ? [{ kind: "phone" as const, value: phone }] : []),
    ...(bsuid ? [{ kind: "bsuid" as const, value: bsuid }] : []),
  ];
}
