import type { KeyObject } from "node:crypto";
import type { IdSource } from "../kernel/ids.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import { type Keys, keyedHash, open, type SubjectKeys, seal, type WorkspaceKeys } from "../keys/index.ts";
import { type Db, together } from "../storage/index.ts";
import {
  addContacts,
  addIdentities,
  findByLookup,
  type IdentityRow,
  identitiesOf,
  restrictedOf,
} from "./contact-store.ts";
import type { Identity, IdentityKind } from "./identity.ts";

/** People, each known by a set of identities that are stored encrypted and found by keyed hash. */
export interface Contacts {
  /**
   * The contact of each identity set, in the order asked; new people and newly learned identities are stored.
   *
   * Where one set names two people already known apart, all of them are answered, oldest first: what the set says
   * (an opt-out above all) is said for each. They are not merged, because a number can change hands.
   *
   * @param tx where new people are part of something larger. Call it first: it waits for others that store the same people.
   */
  resolve(workspaceId: string, people: readonly (readonly Identity[])[], tx?: Db): Promise<string[][]>;
  /**
   * Adds to people already known what else they are known by. Sets that name nobody known are passed over: a number's
   * webhooks also tell of messages that are not ours.
   */
  learn(workspaceId: string, people: readonly (readonly Identity[])[]): Promise<void>;
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
  async function owners(workspaceId: string, hashed: readonly Hashed[], on = db) {
    const rows = await findByLookup(on, workspaceId, hashed);
    return new Map(rows.map((row) => [nameOf(row.kind, row.lookup), row.contact_id]));
  }

  async function resolve(
    workspaceId: string,
    people: readonly (readonly Identity[])[],
    tx?: Db,
  ): Promise<string[][]> {
    const { lookup } = await keys.workspace(workspaceId);
    const hashed = people.map((person) => person.map((identity) => hash(lookup, identity)));
    const found = await owners(workspaceId, hashed.flat(), tx);

    const fresh = new Map<string, string>();
    const additions: { contactId: string; identity: Hashed }[] = [];
    for (const person of hashed) {
      const names = person.map(({ name }) => name);
      const contactId = names.map((name) => found.get(name) ?? fresh.get(name)).find(Boolean) ?? ids.row();
      for (const identity of person) {
        if (found.has(identity.name) || fresh.has(identity.name)) continue;
        fresh.set(identity.name, contactId);
        additions.push({ contactId, identity });
      }
    }
    if (additions.length > 0) {
      const existing = new Set(found.values());
      const stored = tx
        ? await add(tx, workspaceId, existing, additions)
        : await db.transaction().execute((own) => add(own, workspaceId, existing, additions));
      for (const [name, contactId] of stored) found.set(name, contactId);
    }
    return hashed.map((person) => [...new Set(person.flatMap(({ name }) => found.get(name) ?? []))].sort());
  }

  /** Answers whose the identities are: another process may have stored one of them first, and the first one stands. */
  async function add(
    tx: Db,
    workspaceId: string,
    existing: ReadonlySet<string>,
    additions: readonly { contactId: string; identity: Hashed }[],
  ): Promise<Map<string, string>> {
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
      const place = placeOf(workspaceId, identity.kind, identity.lookup);
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
    const [stored] = await together(tx, (tx) => {
      const writes = [addContacts(tx, workspaceId, made), addIdentities(tx, workspaceId, rows)];
      return Promise.all([owners(workspaceId, added, tx), ...writes, created.store()]);
    });
    return stored;
  }

  return {
    resolve,

    async learn(workspaceId, people) {
      const { lookup } = await keys.workspace(workspaceId);
      const hashed = people.map((person) => person.map((identity) => hash(lookup, identity)));
      const found = await owners(workspaceId, hashed.flat());
      const news = people.filter((_, index) => {
        const names = (hashed[index] ?? []).map(({ name }) => found.has(name));
        return names.includes(true) && names.includes(false);
      });
      if (news.length > 0) await resolve(workspaceId, news);
    },

    async find(workspaceId, identities) {
      const { lookup } = await keys.workspace(workspaceId);
      const found = await owners(
        workspaceId,
        identities.map((identity) => hash(lookup, identity)),
      );
      return [...new Set(found.values())].sort();
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
        const value = opened(key, placeOf(workspaceId, row.kind, row.lookup), row.sealed);
        if (value)
          result.set(row.contact_id, [...(result.get(row.contact_id) ?? []), { kind: row.kind, value }]);
      }
      return result;
    },
  };
}

interface Hashed {
  readonly kind: IdentityKind;
  readonly lookup: Buffer;
  readonly name: string;
  readonly value: string;
}

function hash(key: WorkspaceKeys["lookup"], { kind, value }: Identity): Hashed {
  const lookup = keyedHash(key, `identity.${kind}`, value.reveal());
  return { kind, lookup, name: nameOf(kind, lookup), value: value.reveal() };
}

function nameOf(kind: IdentityKind, lookup: Uint8Array): string {
  return `${kind}:${Buffer.from(lookup).toString("base64")}`;
}

/** What cannot be opened any more reaches nobody, and must not keep the others of its batch from being reached. */
function opened(key: KeyObject, place: string, sealed: Uint8Array): Pii | undefined {
  try {
    return pii(open(key, place, sealed).toString());
  } catch {
    return undefined;
  }
}

function placeOf(workspaceId: string, kind: IdentityKind, lookup: Uint8Array): string {
  return `contact_identities.sealed|${workspaceId}|${nameOf(kind, lookup)}`;
}
