import type { KeyObject } from "node:crypto";
import type { AuditFact } from "../audit/index.ts";
import type { IdSource } from "../kernel/ids.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import { type Keys, open, type SubjectKeys, seal } from "../keys/index.ts";
import { type Db, together } from "../storage/index.ts";
import {
  addContacts,
  addIdentities,
  findByLookup,
  type IdentityRow,
  identitiesOf,
  lockIdentities,
  restrictedOf,
} from "./contact-store.ts";
import type { Identity } from "./identity.ts";
import { type HashedIdentity, hashIdentity, nameOfIdentity, placeOfIdentity } from "./identity-lookup.ts";
import {
  contactFact,
  joinPeople,
  type Learned,
  lockedWhole,
  restrictWhole,
  withOthers,
} from "./whole-person.ts";

/** Identities that Meta used for a person of ours. */
export interface LearnedPerson {
  readonly contactId: string;
  readonly identities: readonly Identity[];
}

/** People, each known by a set of identities that are stored encrypted and found by keyed hash. */
export interface Contacts {
  /**
   * The contacts of each identity set, in the order asked; new people and newly learned identities are stored. Whoever owns an
   * identity comes before those who only share it: the first is the one to write to.
   *
   * Where one set names two people already known apart, all of them are answered, oldest first: what the set says
   * (an opt-out above all) is said for each. They are not merged, because a number can change hands.
   *
   * @param tx where new people are part of something larger. Call it first: it waits for others that store the same people.
   */
  resolve(workspaceId: string, people: readonly (readonly Identity[])[], tx?: Db): Promise<string[][]>;
  /**
   * As `resolve`, for what somebody records about a person: it waits for transactions that learn who else the person is, and they
   * wait for this one, so that neither misses the other.
   */
  resolveForUpdate(
    tx: Db,
    workspaceId: string,
    people: readonly (readonly Identity[])[],
  ): Promise<string[][]>;
  /**
   * As `resolveForUpdate`, for what a person says or asks for, which counts for all that the person is known as: after the
   * contacts that have the identities come those that Meta has used another identity of theirs for. They are locked.
   */
  resolveWhole(tx: Db, workspaceId: string, people: readonly (readonly Identity[])[]): Promise<string[][]>;
  /** These contacts, and after them all others of the same people. They are locked. */
  wholeOf(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<string[]>;
  /**
   * Adds to known contacts what Meta calls them. A user id that nobody has becomes the contact's own. What is somebody else's, and
   * a phone number that is not the contact's, is shared: a message never goes to a number that the shop did not give.
   *
   * Restrictions pass between contacts that clash here; opt-outs are up to the caller. Call it before messages are locked.
   */
  learn(tx: Db, workspaceId: string, people: readonly LearnedPerson[]): Promise<Learned>;
  /** What restricts one contact of a person restricts all of them from now on. Answers facts to append last. */
  restrictWhole(tx: Db, workspaceId: string, people: readonly (readonly string[])[]): Promise<AuditFact[]>;
  /** Only those already known; nothing is stored. */
  find(workspaceId: string, identities: readonly Identity[]): Promise<string[]>;
  /** Those of them who must not be written to, because an erasure was asked for. */
  restricted(workspaceId: string, contactIds: readonly string[], tx: Db): Promise<ReadonlySet<string>>;
  /**
   * What a contact can be reached by. Empty when the person's key was destroyed.
   *
   * @param within the caller's transaction and the persons' keys, where it reads them itself.
   */
  identities(
    workspaceId: string,
    contactIds: readonly string[],
    within?: { readonly tx: Db; readonly keys: Promise<SubjectKeys> },
  ): Promise<ReadonlyMap<string, readonly Identity[]>>;
}

export function createContacts({
  db,
  keys,
  ids,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly ids: IdSource;
}): Contacts {
  async function hashed(
    workspaceId: string,
    people: readonly (readonly Identity[])[],
  ): Promise<HashedIdentity[][]> {
    const { lookup } = await keys.workspace(workspaceId);
    return people.map((person) => person.map((identity) => hashIdentity(lookup, identity)));
  }

  async function ownersOf(
    workspaceId: string,
    identities: readonly HashedIdentity[],
    on: Db,
  ): Promise<Owners> {
    const wanted = identities.flatMap((identity) => [identity, ...identity.older]);
    const rows = await findByLookup(on, workspaceId, wanted);
    const named = (shared: boolean) =>
      Map.groupBy(
        rows.filter((row) => row.shared === shared),
        (row) => nameOfIdentity(row.kind, row.lookup),
      );
    const [owning, sharing] = [named(false), named(true)];
    const contactsAt = (found: typeof owning, { name, older }: HashedIdentity) =>
      [name, ...older.map((one) => one.name)].flatMap((one) =>
        (found.get(one) ?? []).map((row) => row.contact_id),
      );
    return {
      owning: (identity) => contactsAt(owning, identity),
      sharing: (identity) => contactsAt(sharing, identity),
    };
  }

  async function resolve(
    workspaceId: string,
    people: readonly (readonly Identity[])[],
    tx?: Db,
  ): Promise<string[][]> {
    const sets = await hashed(workspaceId, people);
    const owners = await ownersOf(workspaceId, sets.flat(), tx ?? db);

    const fresh = new Map<string, string>();
    const existing = new Set<string>();
    const additions: Addition[] = [];
    for (const person of sets) {
      const known = person.flatMap((identity) => owners.owning(identity))[0];
      if (known) existing.add(known);
      const contactId = known ?? person.map(({ name }) => fresh.get(name)).find(Boolean) ?? ids.row();
      for (const identity of person) {
        if (owners.owning(identity).length > 0 || fresh.has(identity.name)) continue;
        fresh.set(identity.name, contactId);
        additions.push({ contactId, identity });
      }
    }
    const stored =
      additions.length === 0
        ? undefined
        : tx
          ? await add(tx, workspaceId, existing, additions)
          : await db.transaction().execute((own) => add(own, workspaceId, existing, additions));
    return sets.map((person) => contactsOf(person, [owners, ...(stored ? [stored.owners] : [])]));
  }

  /** Answers whose the identities are: another process may have stored one of them first, and the first one stands. */
  async function add(
    tx: Db,
    workspaceId: string,
    existing: ReadonlySet<string>,
    additions: readonly Addition[],
  ): Promise<{ owners: Owners; isNew(identity: HashedIdentity): boolean }> {
    const contactIds = [...new Set(additions.map(({ contactId }) => contactId))];
    const made = contactIds.filter((contactId) => !existing.has(contactId));
    const known = await keys.subjects(
      workspaceId,
      contactIds.filter((contactId) => existing.has(contactId)),
    );
    const created = await keys.createSubjects(workspaceId, made);
    const personKeys: SubjectKeys = new Map([...known, ...created.made]);
    // One order for all who store people: two sets with the same ones do not wait for each other.
    const ordered = additions.toSorted((one, other) => (one.identity.name < other.identity.name ? -1 : 1));
    const rows = ordered.flatMap(({ contactId, identity }): IdentityRow[] => {
      const key = personKeys.get(contactId);
      if (!key) return [];
      const place = placeOfIdentity(workspaceId, identity.kind, identity.lookup);
      return [
        {
          kind: identity.kind,
          lookup: identity.lookup,
          contact_id: contactId,
          sealed: seal(key, place, identity.value),
        },
      ];
    });
    const added = additions.map(({ identity }) => identity);
    const [owners, inserted] = await together(tx, (tx) => {
      // The owners are read after the writes, which were begun before.
      const writes = [addContacts(tx, workspaceId, made), addIdentities(tx, workspaceId, rows)] as const;
      return Promise.all([ownersOf(workspaceId, added, tx), writes[1], writes[0], created.store()]);
    });
    const names = new Set(inserted.map(({ kind, lookup }) => nameOfIdentity(kind, lookup)));
    return { owners, isNew: ({ name }) => names.has(name) };
  }

  async function resolveForUpdate(
    tx: Db,
    workspaceId: string,
    people: readonly (readonly Identity[])[],
  ): Promise<string[][]> {
    await resolve(workspaceId, people, tx);
    const sets = await hashed(workspaceId, people);
    await lockIdentities(tx, workspaceId, sets.flat());
    const owners = await ownersOf(workspaceId, sets.flat(), tx);
    return sets.map((person) => contactsOf(person, [owners]));
  }

  return {
    resolve,
    resolveForUpdate,
    restrictWhole,

    async resolveWhole(tx, workspaceId, people) {
      const named = await resolveForUpdate(tx, workspaceId, people);
      const whole = await lockedWhole(tx, workspaceId, named.flat());
      return named.map((contactIds) => withOthers(contactIds, whole));
    },

    async wholeOf(tx, workspaceId, contactIds) {
      return withOthers(contactIds, await lockedWhole(tx, workspaceId, contactIds));
    },

    async learn(tx, workspaceId, people) {
      const sets = await hashed(
        workspaceId,
        people.map(({ identities }) => identities),
      );
      const told = unique(
        people.flatMap(({ contactId }, index) =>
          (sets[index] ?? []).map((identity, at) => ({
            contactId,
            identity,
            given: people[index]?.identities[at],
          })),
        ),
      );
      const owners = await ownersOf(
        workspaceId,
        told.map(({ identity }) => identity),
        tx,
      );
      const news = told.filter(
        ({ contactId, identity }) =>
          ![...owners.owning(identity), ...owners.sharing(identity)].includes(contactId),
      );
      if (news.length === 0) return { facts: [], clashes: [] };

      const nobodys = news.filter(({ identity }) => owners.owning(identity).length === 0);
      const own = nobodys.filter(({ identity }) => identity.kind !== "phone");
      // A number that is not the contact's own is a person of its own: what is meant for one is never sent to the other.
      const strangers = nobodys.filter(({ identity }) => identity.kind === "phone");
      await resolve(
        workspaceId,
        strangers.flatMap(({ given }) => (given ? [[given]] : [])),
        tx,
      );
      const contactIds = new Set(own.map(({ contactId }) => contactId));
      const stored = own.length > 0 ? await add(tx, workspaceId, contactIds, own) : undefined;
      const now = await ownersOf(
        workspaceId,
        news.map(({ identity }) => identity),
        tx,
      );
      const isOwn = ({ contactId, identity }: Addition) => now.owning(identity).includes(contactId);
      const others = news.flatMap((one) => {
        const [ownerId] = now.owning(one.identity);
        return ownerId === undefined || isOwn(one) ? [] : [{ ...one, ownerId }];
      });
      const shared = await joinPeople(tx, workspaceId, others);
      // What another transaction stored meanwhile is in its audit entry.
      const joined = own
        .filter((one) => isOwn(one) && stored?.isNew(one.identity))
        .map(({ contactId, identity }) => contactFact("contact.identity_learned", contactId, identity.kind));
      return { clashes: shared.clashes, facts: [...joined, ...shared.facts] };
    },

    async find(workspaceId, identities) {
      const [person = []] = await hashed(workspaceId, [identities]);
      return contactsOf(person, [await ownersOf(workspaceId, person, db)]);
    },

    async restricted(workspaceId, contactIds, tx) {
      return new Set(await restrictedOf(tx, workspaceId, contactIds));
    },

    async identities(workspaceId, contactIds, within) {
      const [rows, personKeys] = await Promise.all([
        identitiesOf(within?.tx ?? db, workspaceId, contactIds),
        within?.keys ?? keys.subjects(workspaceId, contactIds),
      ]);
      const result = new Map<string, Identity[]>();
      for (const row of rows) {
        const key = personKeys.get(row.contact_id);
        if (!key) continue;
        const value = opened(key, placeOfIdentity(workspaceId, row.kind, row.lookup), row.sealed);
        if (value)
          result.set(row.contact_id, [...(result.get(row.contact_id) ?? []), { kind: row.kind, value }]);
      }
      return result;
    },
  };
}

interface Addition {
  readonly contactId: string;
  readonly identity: HashedIdentity;
}

interface Owners {
  owning(identity: HashedIdentity): string[];
  sharing(identity: HashedIdentity): string[];
}

/** Owners first, oldest first, and then those who share. */
function contactsOf(person: readonly HashedIdentity[], read: readonly Owners[]): string[] {
  const owning = read.flatMap((owners) => person.flatMap((identity) => owners.owning(identity))).sort();
  const sharing = read.flatMap((owners) => person.flatMap((identity) => owners.sharing(identity))).sort();
  return [...new Set([...owning, ...sharing])];
}

function unique<T extends Addition>(additions: readonly T[]): T[] {
  return [...new Map(additions.map((one) => [`${one.contactId} ${one.identity.name}`, one])).values()];
}

/** What cannot be opened any more reaches nobody, and must not keep the others of its batch from being reached. */
function opened(key: KeyObject, place: string, sealed: Uint8Array): Pii | undefined {
  try {
    return pii(open(key, place, sealed).toString());
  } catch {
    return undefined;
  }
}
