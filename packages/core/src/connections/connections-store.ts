import { type RawBuilder, sql } from "kysely";
import { type Db, type MappedConsent, recordset } from "../storage/index.ts";
import type { Connection } from "./connection.ts";
import type { ProblemCode } from "./problem.ts";

export interface SealedConnection extends Connection {
  readonly settingsSealed: Uint8Array;
}

interface Row {
  readonly workspace_id: string;
  readonly connection_id: string;
  readonly connector: string;
  readonly name: string;
  readonly source: string;
  readonly settings_sealed: Uint8Array;
  readonly consent_mapping: MappedConsent[];
  readonly state: "active" | "paused";
  readonly installed_at: Date;
  readonly poll_from: Date;
  readonly last_delivery_at: Date | null;
  readonly last_problem: string | null;
  readonly last_problem_at: Date | null;
}

const COLUMNS = [
  "workspace_id",
  "connection_id",
  "connector",
  "name",
  "source",
  "settings_sealed",
  "consent_mapping",
  "state",
  "installed_at",
  "poll_from",
  "last_delivery_at",
  "last_problem",
  "last_problem_at",
] as const;

/** False where the workspace has another connection with this source. */
export async function insertConnection(tx: Db, connection: SealedConnection): Promise<boolean> {
  const row = await tx
    .insertInto("webxkey.connections")
    .values({
      workspace_id: connection.workspaceId,
      connection_id: connection.connectionId,
      connector: connection.connector,
      name: connection.name,
      source: connection.source,
      settings_sealed: connection.settingsSealed,
      consent_mapping: JSON.stringify(connection.consentMapping),
      state: connection.state,
      installed_at: connection.installedAt,
      poll_from: connection.pollFrom,
    })
    .onConflict((conflict) => conflict.columns(["workspace_id", "source"]).doNothing())
    .returning("connection_id")
    .executeTakeFirst();
  return row !== undefined;
}

export async function isSourceOfConnection(db: Db, workspaceId: string, source: string): Promise<boolean> {
  const row = await db
    .selectFrom("webxkey.connections")
    .select("connection_id")
    .where("workspace_id", "=", workspaceId)
    .where("source", "=", source)
    .executeTakeFirst();
  return row !== undefined;
}

/** Connections of a workspace, oldest first; locked against every other change where they are to be changed. */
export async function connectionsOf(
  db: Db,
  workspaceId: string,
  which: { readonly connectionId?: string; readonly lock?: true } = {},
): Promise<SealedConnection[]> {
  let query = db.selectFrom("webxkey.connections").select(COLUMNS).where("workspace_id", "=", workspaceId);
  if (which.connectionId) query = query.where("connection_id", "=", which.connectionId);
  if (which.lock) query = query.forUpdate();
  return (await query.orderBy("installed_at").orderBy("connection_id").execute()).map(asConnection);
}

/** Active connections of these connectors over all workspaces, the one that was polled longest ago first. */
export async function connectionsToPoll(db: Db, connectors: readonly string[]): Promise<SealedConnection[]> {
  if (connectors.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.connections")
    .select(COLUMNS)
    .where("state", "=", "active")
    .where("connector", "in", connectors as string[])
    .orderBy(sql`polled_at nulls first`)
    .execute();
  return rows.map(asConnection);
}

export async function updateConnection(
  tx: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
  change: {
    readonly name?: string;
    readonly settings_sealed?: Buffer;
    readonly consent_mapping?: string;
    readonly state?: Connection["state"];
  },
): Promise<void> {
  await tx
    .updateTable("webxkey.connections")
    .set(change)
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .execute();
}

/** With its secrets, addresses and facts. */
export async function deleteConnection(
  tx: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
): Promise<void> {
  await tx
    .deleteFrom("webxkey.connections")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .execute();
}

/** A connection as an address leads to it, with the secrets that verify now. */
export interface Addressed extends SealedConnection {
  readonly secrets: readonly SealedSecret[];
  /** Acts of these kinds were found by the poll and not delivered. */
  readonly silentKinds: readonly string[];
}

export interface SealedSecret {
  readonly version: number;
  readonly sealed: Uint8Array;
}

/** What these addresses lead to now, by their hash in hex. */
export async function addressed(
  db: Db,
  hashes: readonly Buffer[],
  now: Date,
): Promise<ReadonlyMap<string, Addressed>> {
  const { rows } = await sql<
    Row & { hash: string; version: number | null; sealed: Uint8Array | null; silent_kinds: string[] }
  >`
    select encode(a.address_hash, 'hex') as hash, ${qualified()}, s.version, s.sealed,
      array(select p.entity_id from webxkey.connection_problems p
        where p.workspace_id = c.workspace_id and p.connection_id = c.connection_id and p.code = 'webhooks_silent') as silent_kinds
    from ${recordset(
      distinct(hashes).map((hash) => ({ hash })),
      { hash: "bytea" },
    )}
    join webxkey.connection_addresses a on a.address_hash = decode(r.hash, 'base64')
      and (a.expires_at is null or a.expires_at > ${now})
    join webxkey.connections c on c.workspace_id = a.workspace_id and c.connection_id = a.connection_id
    left join webxkey.connection_secrets s on s.workspace_id = c.workspace_id and s.connection_id = c.connection_id
      and (s.expires_at is null or s.expires_at > ${now})`.execute(db);
  const byHash = Map.groupBy(rows, ({ hash }) => hash);
  return new Map(
    [...byHash].flatMap(([hash, of]) => {
      const [first] = of;
      if (!first) return [];
      const secrets = of.flatMap(({ version, sealed }) =>
        version !== null && sealed ? [{ version, sealed }] : [],
      );
      return [[hash, { ...asConnection(first), secrets, silentKinds: first.silent_kinds }] as const];
    }),
  );
}

function qualified(): RawBuilder<unknown> {
  return sql.raw(COLUMNS.map((column) => `c.${column}`).join(", "));
}

/** Many deliveries of one shop come in one set. */
function distinct(hashes: readonly Buffer[]): readonly Buffer[] {
  return [...new Map(hashes.map((hash) => [hash.toString("hex"), hash])).values()];
}

/** Adds an address; those before it end at this time. */
export async function addAddress(
  tx: Db,
  of: Pick<Connection, "workspaceId" | "connectionId"> & {
    readonly hash: Buffer;
    readonly othersUntil: Date;
  },
): Promise<void> {
  const at = { workspace_id: of.workspaceId, connection_id: of.connectionId };
  await tx
    .updateTable("webxkey.connection_addresses")
    .set({ expires_at: of.othersUntil })
    .where("workspace_id", "=", of.workspaceId)
    .where("connection_id", "=", of.connectionId)
    .where(({ eb, or }) => or([eb("expires_at", "is", null), eb("expires_at", ">", of.othersUntil)]))
    .execute();
  await tx
    .insertInto("webxkey.connection_addresses")
    .values({ ...at, address_hash: of.hash, expires_at: null })
    .execute();
}

/** Adds a secret under the next version, which seals it; those before it end at this time. */
export async function addSecret(
  tx: Db,
  of: Pick<Connection, "workspaceId" | "connectionId"> & {
    readonly seal: (version: number) => Buffer;
    readonly now: Date;
    readonly othersUntil: Date;
  },
): Promise<void> {
  const at = { workspace_id: of.workspaceId, connection_id: of.connectionId };
  const newest = await tx
    .selectFrom("webxkey.connection_secrets")
    .select("version")
    .where("workspace_id", "=", of.workspaceId)
    .where("connection_id", "=", of.connectionId)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  await tx
    .updateTable("webxkey.connection_secrets")
    .set({ expires_at: of.othersUntil })
    .where("workspace_id", "=", of.workspaceId)
    .where("connection_id", "=", of.connectionId)
    .where(({ eb, or }) => or([eb("expires_at", "is", null), eb("expires_at", ">", of.othersUntil)]))
    .execute();
  const version = (newest?.version ?? 0) + 1;
  await tx
    .insertInto("webxkey.connection_secrets")
    .values({ ...at, version, sealed: of.seal(version), created_at: of.now, expires_at: null })
    .execute();
}

/** Of many deliveries at once only the first writes: the others wait for it and then find the time recent. */
export async function touchDelivery(
  db: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
  now: Date,
  unlessSince: Date,
): Promise<void> {
  await db
    .updateTable("webxkey.connections")
    .set({ last_delivery_at: now })
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where(({ eb, or }) =>
      or([eb("last_delivery_at", "is", null), eb("last_delivery_at", "<=", unlessSince)]),
    )
    .execute();
}

/** Never backwards: a connection may be polled twice at once. */
export async function writePolled(
  db: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
  pollFrom: Date,
): Promise<void> {
  await db
    .updateTable("webxkey.connections")
    .set({ polled_at: sql`now()`, poll_from: sql`greatest(poll_from, ${pollFrom})` })
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .execute();
}

/** Until when what was rotated away still counts beside the new one; null where nothing does. */
export async function graceEnds(
  db: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
  now: Date,
): Promise<{ readonly addressUntil: Date | null; readonly secretUntil: Date | null }> {
  const { rows } = await sql<{ addressUntil: Date | null; secretUntil: Date | null }>`
    select (select max(expires_at) from webxkey.connection_addresses
        where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and expires_at > ${now}) as "addressUntil",
      (select max(expires_at) from webxkey.connection_secrets
        where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and expires_at > ${now}) as "secretUntil"`.execute(
    db,
  );
  return rows[0] ?? { addressUntil: null, secretUntil: null };
}

/** Deletes addresses and secrets whose time is over: what no longer counts is not kept. */
export async function deleteExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom("webxkey.connection_addresses").where("expires_at", "<=", now).execute();
  await db.deleteFrom("webxkey.connection_secrets").where("expires_at", "<=", now).execute();
}

function asConnection(row: Row): SealedConnection {
  return {
    workspaceId: row.workspace_id,
    connectionId: row.connection_id,
    connector: row.connector,
    name: row.name,
    source: row.source,
    settingsSealed: row.settings_sealed,
    consentMapping: row.consent_mapping,
    state: row.state,
    installedAt: row.installed_at,
    pollFrom: row.poll_from,
    lastDeliveryAt: row.last_delivery_at,
    lastProblem:
      row.last_problem !== null && row.last_problem_at !== null
        ? { code: row.last_problem as ProblemCode, at: row.last_problem_at }
        : null,
  };
}
