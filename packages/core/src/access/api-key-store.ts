import type { Db } from "../storage/index.ts";
import type { Role, ServiceScope } from "./rights.ts";

/** A key as it is listed: everything but its text, which nobody has. */
export interface ApiKey {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly kind: "service" | "personal";
  readonly name: string;
  /** Whose personal key it is. */
  readonly userId: string | null;
  readonly scopes: readonly ServiceScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const KEY_COLUMNS = [
  "k.workspace_id as workspaceId",
  "k.key_id as keyId",
  "k.kind",
  "k.name",
  "k.user_id as userId",
  "k.scopes",
  "k.created_at as createdAt",
  "k.expires_at as expiresAt",
  "k.last_used_at as lastUsedAt",
  "k.revoked_at as revokedAt",
] as const;

export async function insertKey(
  tx: Db,
  key: ApiKey & { readonly hash: Buffer; readonly signingSealed: Buffer | null },
): Promise<void> {
  const at = { workspace_id: key.workspaceId, key_id: key.keyId };
  await tx
    .insertInto("webxkey.api_keys")
    .values({
      ...at,
      kind: key.kind,
      name: key.name,
      user_id: key.userId,
      scopes: [...key.scopes],
      signing_sealed: key.signingSealed,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      last_used_at: null,
      revoked_at: null,
    })
    .execute();
  await tx
    .insertInto("webxkey.api_key_hashes")
    .values({ key_hash: key.hash, ...at })
    .execute();
}

/** The key of a hash with the role that its user has now: null when the user is no member any more. */
export async function keyByHash(
  db: Db,
  hash: Buffer,
): Promise<(ApiKey & { hash: Uint8Array; role: Role | null }) | undefined> {
  const row = await db
    .selectFrom("webxkey.api_key_hashes as h")
    .innerJoin("webxkey.api_keys as k", (join) =>
      join.onRef("k.workspace_id", "=", "h.workspace_id").onRef("k.key_id", "=", "h.key_id"),
    )
    .leftJoin("webxkey.members as m", (join) =>
      join.onRef("m.workspace_id", "=", "k.workspace_id").onRef("m.user_id", "=", "k.user_id"),
    )
    .select([...KEY_COLUMNS, "h.key_hash as hash", "m.role"])
    .where("h.key_hash", "=", hash)
    .executeTakeFirst();
  return row && { ...asKey(row), hash: row.hash, role: row.role as Role | null };
}

/** Keys of a workspace, of one user where asked for, newest first. */
export async function keysOf(db: Db, workspaceId: string, userId?: string): Promise<ApiKey[]> {
  let query = db
    .selectFrom("webxkey.api_keys as k")
    .select(KEY_COLUMNS)
    .where("k.workspace_id", "=", workspaceId);
  if (userId !== undefined) query = query.where("k.user_id", "=", userId);
  return (await query.orderBy("k.created_at", "desc").orderBy("k.key_id", "desc").execute()).map(asKey);
}

/** Service keys that may sign: not revoked and not at their end. */
export async function signingKeys(db: Db, now: Date): Promise<(ApiKey & { sealed: Uint8Array })[]> {
  const rows = await db
    .selectFrom("webxkey.api_keys as k")
    .select([...KEY_COLUMNS, "k.signing_sealed as sealed"])
    .where("k.signing_sealed", "is not", null)
    .where(({ eb, or }) => or([eb("k.expires_at", "is", null), eb("k.expires_at", ">", now)]))
    .execute();
  return rows.flatMap((row) => (row.sealed ? [{ ...asKey(row), sealed: row.sealed }] : []));
}

/** Personal keys of owners that work now. */
export async function liveOwnerKeys(db: Db, workspaceId: string, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom("webxkey.api_keys as k")
    .innerJoin("webxkey.members as m", (join) =>
      join.onRef("m.workspace_id", "=", "k.workspace_id").onRef("m.user_id", "=", "k.user_id"),
    )
    .select("k.key_id")
    .where("k.workspace_id", "=", workspaceId)
    .where("m.role", "=", "owner")
    .where("k.revoked_at", "is", null)
    .where("k.expires_at", ">", now)
    .execute();
  return rows.map((row) => row.key_id);
}

/** Ends keys that were not ended before, and answers which. Their hashes and signing secrets go, so that nothing finds them. */
export async function endKeys(
  tx: Db,
  workspaceId: string,
  which: { readonly keyId: string } | { readonly userId: string },
  now: Date,
): Promise<string[]> {
  let query = tx
    .updateTable("webxkey.api_keys")
    .set({ revoked_at: now, signing_sealed: null })
    .where("workspace_id", "=", workspaceId)
    .where("revoked_at", "is", null);
  query =
    "keyId" in which ? query.where("key_id", "=", which.keyId) : query.where("user_id", "=", which.userId);
  const ended = (await query.returning("key_id").execute()).map((row) => row.key_id);
  if (ended.length > 0) {
    await tx
      .deleteFrom("webxkey.api_key_hashes")
      .where("workspace_id", "=", workspaceId)
      .where("key_id", "in", ended)
      .execute();
  }
  return ended;
}

/** Of many requests at once only the first writes: the others wait for it and then find the time recent. */
export async function touchKey(
  db: Db,
  { workspaceId, keyId }: Pick<ApiKey, "workspaceId" | "keyId">,
  now: Date,
  unlessSince: Date,
): Promise<void> {
  await db
    .updateTable("webxkey.api_keys")
    .set({ last_used_at: now })
    .where("workspace_id", "=", workspaceId)
    .where("key_id", "=", keyId)
    .where(({ eb, or }) => or([eb("last_used_at", "is", null), eb("last_used_at", "<=", unlessSince)]))
    .execute();
}

type KeyRow = Omit<ApiKey, "scopes"> & { readonly scopes: readonly string[] };

function asKey(row: KeyRow): ApiKey {
  const { workspaceId, keyId, kind, name, userId, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  const scopes = row.scopes as readonly ServiceScope[];
  return { workspaceId, keyId, kind, name, userId, scopes, createdAt, expiresAt, lastUsedAt, revokedAt };
}
