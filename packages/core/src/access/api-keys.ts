import { timingSafeEqual } from "node:crypto";
import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { type IdSource, isUuid } from "../kernel/ids.ts";
import { PERSONAL_KEY_DAYS_MAX } from "../kernel/limits.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { type Access, actorOf, type Member, memberOf, requireRight } from "./access.ts";
import { apiKeyHash, newApiKey, newSigningSecret, signingBytes } from "./api-key.ts";
import {
  type ApiKey,
  endKeys,
  insertKey,
  keyByHash,
  keysOf,
  liveOwnerKeys,
  signingKeys,
  touchKey,
} from "./api-key-store.ts";
import { may, type ServiceScope } from "./rights.ts";
import { isSignedWith, isTimely, type SignedDelivery } from "./standard-webhooks.ts";

export type { ApiKey };

const DAY_MS = 24 * 60 * 60_000;
/** When a key was last used is kept to the minute: the question is whether it is in use, and each write costs. */
const LAST_USED_STEP_MS = 60_000;
/** Whoever has the machine: nobody signed in. */
const HOST: Actor = { type: "host" };
const DEFAULT_SCOPES: readonly ServiceScope[] = ["event:publish"];

export type KeyWish =
  | {
      readonly kind: "service";
      readonly name: string;
      readonly scopes?: readonly ServiceScope[] | undefined;
      /** Absent: it has no end of its own. */
      readonly days?: number | undefined;
    }
  | { readonly kind: "personal"; readonly name: string; readonly days?: number | undefined };

/** The only moment at which a key's text and its signing secret are there to be shown. */
export interface CreatedKey extends ApiKey {
  readonly key: Secret;
  readonly signingSecret: Secret | null;
}

/**
 * Keys of services and of people. A service key has the scopes it was made with; a personal key has the role that its user
 * has at the moment of the request, and ends with the membership.
 */
export interface ApiKeys {
  /**
   * A service key for the workspace, or a personal key for oneself: there is no way to make one for somebody else.
   * @throws WebxkeyError `forbidden`.
   */
  create(by: Member, wish: KeyWish): Promise<CreatedKey>;
  /** Every key of the workspace for those who manage keys, one's own for everybody else. */
  list(by: Member): Promise<ApiKey[]>;
  /** Ends a key at once; ending it again changes nothing. @throws WebxkeyError `not_found`, `forbidden`. */
  revoke(by: Member, keyId: string): Promise<ApiKey>;
  /** Who comes with this key. Undefined alike for a key that is unknown, at its end or revoked, or whose user left. */
  admit(key: Secret): Promise<Member | undefined>;
  /** Whose signing secret signed this delivery in the last five minutes, by Standard Webhooks. */
  admitSigned(delivery: SignedDelivery): Promise<Member | undefined>;
  /** Makes a personal key in the caller's transaction, whose last step is the audit of the facts. */
  createPersonal(
    tx: Db,
    by: Actor,
    of: { readonly workspaceId: string; readonly userId: string; readonly name: string },
  ): Promise<{ readonly created: CreatedKey; readonly facts: AuditFact[] }>;
  /**
   * The first key of an installation: a personal key of the owner who was first.
   * @throws WebxkeyError `conflict` while an owner has a key that works: whoever can stop the gateway may not slip in one more.
   */
  createOwnerKey(workspaceId: string): Promise<CreatedKey>;
  /**
   * Another one in place of a lost one. All personal keys of that owner end with it: so nobody gets in beside them unnoticed.
   * @throws WebxkeyError `conflict` where the workspace has no owner.
   */
  recoverOwnerKey(workspaceId: string): Promise<CreatedKey>;
}

export interface ApiKeyPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly access: Access;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export function createApiKeys({ db, keys, audit, access, clock, ids }: ApiKeyPorts): ApiKeys {
  async function add(
    tx: Db,
    by: Actor,
    of: Pick<ApiKey, "workspaceId" | "kind" | "name" | "userId" | "scopes"> & {
      readonly days: number | undefined;
    },
  ): Promise<{ created: CreatedKey; facts: AuditFact[] }> {
    const { workspaceId, kind, name, userId, scopes, days } = of;
    const key = newApiKey();
    const hash = apiKeyHash(key);
    if (!hash) throw new WebxkeyError("internal", { detail: "A new key has not the form of a key." });
    const signingSecret = kind === "service" ? newSigningSecret() : null;
    const createdAt = clock.now();
    const row: ApiKey = {
      workspaceId,
      keyId: ids.row(),
      kind,
      name,
      userId,
      scopes,
      createdAt,
      expiresAt: days === undefined ? null : new Date(createdAt.getTime() + days * DAY_MS),
      lastUsedAt: null,
      revokedAt: null,
    };
    const sealing = (await keys.workspace(workspaceId)).seal;
    const signingSealed = signingSecret && seal(sealing, signingPlace(row), signingSecret.reveal());
    await insertKey(tx, { ...row, hash, signingSealed });
    return {
      created: { ...row, key, signingSecret },
      facts: [{ actor: by, action: "key.created", object: { type: "key", id: row.keyId }, outcome: kind }],
    };
  }

  const createPersonal: ApiKeys["createPersonal"] = (tx, by, of) =>
    add(tx, by, { ...of, kind: "personal", scopes: [], days: PERSONAL_KEY_DAYS_MAX });

  async function firstOwner(tx: Db, workspaceId: string): Promise<Pick<Member, "workspaceId" | "userId">> {
    const owner = await access.lockedOwner(tx, workspaceId);
    if (owner) return { workspaceId, userId: owner.userId };
    throw new WebxkeyError("conflict", { detail: "There is no such workspace, or it has no owner." });
  }

  async function touch(key: ApiKey, now: Date): Promise<void> {
    const unlessSince = new Date(now.getTime() - LAST_USED_STEP_MS);
    if (key.lastUsedAt === null || key.lastUsedAt <= unlessSince) await touchKey(db, key, now, unlessSince);
  }

  return {
    async create(by, wish) {
      requireRight(by, wish.kind === "service" ? "key:manage" : "key:create");
      return await db.transaction().execute(async (tx) => {
        // The role may have gone since the request came in, and a removal must find every key there is.
        const now = await access.lockedMember(tx, by.workspaceId, by.userId);
        if (now?.role !== by.role)
          throw new WebxkeyError("forbidden", { detail: "Your own role was just changed." });
        const { created, facts } = await add(tx, actorOf(by), {
          workspaceId: by.workspaceId,
          kind: wish.kind,
          name: wish.name,
          userId: wish.kind === "personal" ? by.userId : null,
          scopes: wish.kind === "service" ? [...new Set(wish.scopes ?? DEFAULT_SCOPES)].sort() : [],
          days: wish.kind === "personal" ? (wish.days ?? PERSONAL_KEY_DAYS_MAX) : wish.days,
        });
        await audit.append(tx, by.workspaceId, facts);
        return created;
      });
    },

    async list(by) {
      requireRight(by, "key:read");
      return await keysOf(db, by.workspaceId, may(by.role, "key:manage") ? undefined : by.userId);
    },

    async revoke(by, keyId) {
      requireRight(by, "key:revoke");
      return await db.transaction().execute(async (tx) => {
        const manages = may(by.role, "key:manage");
        const all = isUuid(keyId) ? await keysOf(tx, by.workspaceId, manages ? undefined : by.userId) : [];
        const key = all.find((one) => one.keyId === keyId);
        if (!key) throw new WebxkeyError("not_found", { detail: "There is no such key." });
        if (by.role !== "owner" && key.userId !== null && key.userId !== by.userId) {
          const holder = await access.lockedMember(tx, by.workspaceId, key.userId);
          if (holder?.role === "owner")
            throw new WebxkeyError("forbidden", { detail: "Only an owner revokes an owner's key." });
        }
        const now = clock.now();
        const ended = await endKeys(tx, by.workspaceId, { keyId }, now);
        if (ended.length === 0) return key;
        const object = { type: "key", id: keyId };
        await audit.append(tx, by.workspaceId, [
          { actor: actorOf(by), action: "key.revoked", object, outcome: key.kind },
        ]);
        return { ...key, revokedAt: now };
      });
    },

    async admit(text) {
      const hash = apiKeyHash(text);
      const key = hash && (await keyByHash(db, hash));
      if (!key || !timingSafeEqual(key.hash, hash)) return undefined;
      const now = clock.now();
      if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return undefined;
      const member = key.kind === "service" ? serviceOf(key) : personOf(key);
      if (member) await touch(key, now);
      return member;
    },

    async admitSigned(delivery) {
      const now = clock.now();
      if (!isTimely(delivery, now)) return undefined;
      for (const key of await signingKeys(db, now)) {
        const sealing = (await keys.workspace(key.workspaceId)).seal;
        const signingSecret = secret(open(sealing, signingPlace(key), key.sealed).toString());
        if (!isSignedWith(delivery, signingBytes(signingSecret))) continue;
        await touch(key, now);
        return serviceOf(key);
      }
      return undefined;
    },

    createPersonal,

    async createOwnerKey(workspaceId) {
      return await db.transaction().execute(async (tx) => {
        const owner = await firstOwner(tx, workspaceId);
        if ((await liveOwnerKeys(tx, workspaceId, clock.now())).length > 0) {
          throw new WebxkeyError("conflict", {
            detail:
              "An owner of this workspace has a key that works. Use it, or recover the owner if it is lost.",
          });
        }
        const { created, facts } = await createPersonal(tx, HOST, { ...owner, name: "First owner" });
        await audit.append(tx, workspaceId, facts);
        return created;
      });
    },

    async recoverOwnerKey(workspaceId) {
      return await db.transaction().execute(async (tx) => {
        const owner = await firstOwner(tx, workspaceId);
        const ended = await endKeys(tx, workspaceId, { userId: owner.userId }, clock.now());
        const { created, facts } = await createPersonal(tx, HOST, { ...owner, name: "Recovered owner" });
        await audit.append(tx, workspaceId, [
          ...ended.map((id) => ({
            actor: HOST,
            action: "key.revoked",
            object: { type: "key", id },
            outcome: "owner_recovered",
          })),
          ...facts,
        ]);
        return created;
      });
    },
  };
}

function serviceOf({ workspaceId, keyId, scopes }: ApiKey): Member {
  return { workspaceId, userId: keyId, role: "service", rights: scopes };
}

function personOf({
  workspaceId,
  userId,
  role,
}: Pick<ApiKey, "workspaceId" | "userId"> & { readonly role: Member["role"] | null }): Member | undefined {
  return userId !== null && role !== null ? memberOf({ workspaceId, userId, role }) : undefined;
}

function signingPlace({ workspaceId, keyId }: Pick<ApiKey, "workspaceId" | "keyId">): string {
  return `api_keys.signing|${workspaceId}|${keyId}`;
}
