import type { AuditFact } from "../audit/index.ts";
import type { Db } from "../storage/index.ts";
import {
  lockIdentities,
  lockPeople,
  samePeople,
  shareIdentities,
  shareRestrictions,
} from "./contact-store.ts";
import type { IdentityKind } from "./identity.ts";
import { type HashedIdentity, nameOfIdentity } from "./identity-lookup.ts";

export interface Learned {
  /** To append last in the transaction. */
  readonly facts: AuditFact[];
  /** All contacts of each person who turned out to have several: what the person said to one counts for the others. */
  readonly clashes: readonly (readonly string[])[];
}

/** Meta used it for the contact, and it is the owner's. */
interface SharedIdentity {
  readonly contactId: string;
  readonly identity: HashedIdentity;
  readonly ownerId: string;
}

/** All contacts of each person. What was learned while this waited for the locks is in it. */
export async function lockedWhole(
  tx: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const locked = new Set<string>();
  let waiting = [...new Set(contactIds)];
  let rows: Awaited<ReturnType<typeof samePeople>> = [];
  while (waiting.length > 0) {
    await lockPeople(tx, workspaceId, waiting);
    for (const contactId of waiting) locked.add(contactId);
    rows = await samePeople(tx, workspaceId, contactIds);
    waiting = [...new Set(rows.map((row) => row.contact_id))].filter((contactId) => !locked.has(contactId));
  }
  return new Map(
    Array.from(
      Map.groupBy(rows, (row) => row.of),
      ([of, same]) => [of, same.map((row) => row.contact_id).sort()],
    ),
  );
}

/** These contacts, and after them the others of the same people. */
export function withOthers(
  contactIds: readonly string[],
  whole: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [...new Set([...contactIds, ...contactIds.flatMap((contactId) => whole.get(contactId) ?? [])])];
}

/** Makes identities of others count for contacts too, and answers who is one person by that. */
export async function joinPeople(
  tx: Db,
  workspaceId: string,
  wanted: readonly SharedIdentity[],
): Promise<Learned> {
  if (wanted.length === 0) return { clashes: [], facts: [] };
  await lockIdentities(
    tx,
    workspaceId,
    wanted.map(({ identity }) => identity),
  );
  // Who says something under yet another identity of theirs is waited for, or waits.
  await lockedWhole(
    tx,
    workspaceId,
    wanted.flatMap(({ contactId, ownerId }) => [contactId, ownerId]),
  );
  const rows = await shareIdentities(
    tx,
    workspaceId,
    wanted.map(({ contactId, identity: { kind, lookup } }) => ({ kind, lookup, contact_id: contactId })),
  );
  const nameOf = (contactId: string, name: string) => `${contactId} ${name}`;
  const shared = new Set(rows.map((row) => nameOf(row.contact_id, nameOfIdentity(row.kind, row.lookup))));
  const fresh = wanted.filter(({ contactId, identity }) => shared.has(nameOf(contactId, identity.name)));
  const whole = await lockedWhole(
    tx,
    workspaceId,
    fresh.map(({ contactId }) => contactId),
  );
  const clashes = [...new Map([...whole.values()].map((same) => [same.join(), same])).values()];
  return {
    clashes,
    facts: [
      ...fresh.map(({ contactId, identity, ownerId }) =>
        contactFact("contact.identity_shared", contactId, identity.kind, { with: ownerId }),
      ),
      ...(await restrictWhole(tx, workspaceId, clashes)),
    ],
  };
}

export async function restrictWhole(
  tx: Db,
  workspaceId: string,
  people: readonly (readonly string[])[],
): Promise<AuditFact[]> {
  const restricted = await shareRestrictions(tx, workspaceId, people);
  return restricted.map((contactId) => contactFact("contact.restricted", contactId, "same_person"));
}

export function contactFact(
  action: string,
  contactId: string,
  outcome: IdentityKind | "same_person",
  detail?: AuditFact["detail"],
): AuditFact {
  const object = { type: "contact", id: contactId };
  return {
    actor: { type: "meta" },
    action,
    object,
    outcome,
    subjectId: contactId,
    ...(detail && { detail }),
  };
}
