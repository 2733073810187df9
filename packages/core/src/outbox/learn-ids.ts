import type { AuditFact } from "../audit/index.ts";
import type { Identities } from "../channels/facts.ts";
import { type Consent, sharedWithdrawals } from "../consent/index.ts";
import type { Contacts, Identity, LearnedPerson } from "../contacts/index.ts";
import type { Db } from "../storage/index.ts";

export interface LearnPorts {
  readonly contacts: Contacts;
  readonly consent: Consent;
}

/**
 * Makes what Meta calls the person of an attempt known as that person's, so that an opt-out under any of these names is found.
 * Where a name is somebody else's already, what either of them withdrew, or may have meant as a stop, counts for both. Answers
 * facts to append last.
 */
export async function learnIds(
  { contacts, consent }: LearnPorts,
  tx: Db,
  workspaceId: string,
  people: readonly LearnedPerson[],
): Promise<AuditFact[]> {
  const named = people.filter(({ identities }) => identities.length > 0);
  if (named.length === 0) return [];
  const { facts, clashes } = await contacts.learn(tx, workspaceId, named);
  return [...facts, ...(await shareStops(consent, tx, workspaceId, clashes))];
}

/** Records what was withdrawn, or may have been meant as a stop, for one contact of a person, for all of them. */
export async function shareStops(
  consent: Consent,
  tx: Db,
  workspaceId: string,
  people: readonly (readonly string[])[],
): Promise<AuditFact[]> {
  const facts: AuditFact[] = [];
  // One after the other, because what reaches somebody by one set reaches further by the next.
  for (const same of people) {
    const records = await consent.records(workspaceId, same, tx);
    const { facts: told } = await consent.record(tx, workspaceId, sharedWithdrawals(records, same));
    facts.push(...told);
  }
  facts.push(...(await consent.unsure.share(tx, workspaceId, people)));
  return facts;
}

/** A parent id names the same person to several portfolios of one business. */
export function identitiesOf({ phone, bsuid, parentBsuid }: Identities): Identity[] {
  return [
    ...(phone ? [{ kind: "phone" as const, value: phone }] : []),
    ...[bsuid, parentBsuid].flatMap((value) => (value ? [{ kind: "bsuid" as const, value }] : [])),
  ];
}
