import { sql } from "kysely";
import { type Secret, secret } from "../kernel/secret.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";

export type SecretName = "app_secret" | "verify_token" | "access_token";

export interface StoredSecret {
  readonly workspaceId: string;
  readonly ref: string;
  readonly version: number;
  readonly value: Secret;
  readonly since: Date;
}

/**
 * How long an app secret still verifies after a newer one took its place: what Meta signed before it was reset arrives late,
 * and a secret that leaked must not count for long.
 */
const OLD_APP_SECRET_MS = 24 * 60 * 60_000;

/**
 * Adds a version, unless the newest is the same; the newest counts, and of an app secret the one before it for a day too, so
 * that it can be rotated under traffic.
 */
export async function putSecret(
  tx: Db,
  keys: Keys,
  of: {
    readonly workspaceId: string;
    readonly name: SecretName;
    readonly ref: string;
    readonly value: Secret;
    readonly now: Date;
  },
): Promise<void> {
  const { workspaceId, name, ref } = of;
  const [newest] = await readSecrets(tx, keys, name, { workspaceId, ref });
  if (newest?.value.reveal() === of.value.reveal()) return;
  const version = (newest?.version ?? 0) + 1;
  const { seal: key } = await keys.workspace(workspaceId);
  const sealed = seal(key, placeOf(workspaceId, name, ref, version), of.value.reveal());
  await tx
    .insertInto("webxkey.secrets")
    .values({ workspace_id: workspaceId, name, ref, version, sealed, created_at: of.now })
    .execute();
  await tx
    .deleteFrom("webxkey.secrets")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", name)
    .where("ref", "=", ref)
    .where("version", "<", name === "app_secret" ? version - 1 : version)
    .execute();
}

/** Deletes all app secrets of an app but the newest, which would count for a day longer. */
export async function endOldAppSecrets(
  tx: Db,
  { workspaceId, appId }: { readonly workspaceId: string; readonly appId: string },
): Promise<void> {
  await sql`delete from webxkey.secrets old
    where old.workspace_id = ${workspaceId} and old.name = 'app_secret' and old.ref = ${appId}
      and old.version < (
        select max(newest.version) from webxkey.secrets newest
        where newest.workspace_id = old.workspace_id and newest.name = old.name and newest.ref = old.ref)`.execute(
    tx,
  );
}

/** Secrets of one name, newest first; of one workspace and place where asked for. */
export async function readSecrets(
  db: Db,
  keys: Keys,
  name: SecretName,
  of?: { readonly workspaceId: string; readonly ref: string },
): Promise<StoredSecret[]> {
  let query = db
    .selectFrom("webxkey.secrets")
    .select(["workspace_id", "ref", "version", "sealed", "created_at"])
    .where("name", "=", name);
  if (of) query = query.where("workspace_id", "=", of.workspaceId).where("ref", "=", of.ref);
  const rows = await query.orderBy("version", "desc").execute();
  return await Promise.all(
    rows.map(async (row) => {
      const { seal: key } = await keys.workspace(row.workspace_id);
      const value = open(key, placeOf(row.workspace_id, name, row.ref, row.version), row.sealed).toString();
      return {
        workspaceId: row.workspace_id,
        ref: row.ref,
        version: row.version,
        value: secret(value),
        since: row.created_at,
      };
    }),
  );
}

/** The app secrets that may sign a webhook now: of each app the newest, and the one before it while it is still taken. */
export async function readSigningSecrets(db: Db, keys: Keys, now: Date): Promise<StoredSecret[]> {
  const secrets = await readSecrets(db, keys, "app_secret");
  const ofApps = Map.groupBy(secrets, ({ workspaceId, ref }) => `${workspaceId}|${ref}`);
  return [...ofApps.values()].flatMap(([newest, before]) => {
    const stillTaken = newest && now.getTime() < newest.since.getTime() + OLD_APP_SECRET_MS;
    return [...(newest ? [newest] : []), ...(before && stillTaken ? [before] : [])];
  });
}

/** Deletes app secrets whose time is over: what no longer counts is not kept. */
export async function forgetOldAppSecrets(db: Db, now: Date): Promise<void> {
  const over = new Date(now.getTime() - OLD_APP_SECRET_MS);
  await sql`delete from webxkey.secrets old where old.name = 'app_secret' and exists (
    select 1 from webxkey.secrets newer
    where newer.workspace_id = old.workspace_id and newer.name = old.name and newer.ref = old.ref
      and newer.version > old.version and newer.created_at <= ${over})`.execute(db);
}

/** A number that is out of use cannot send: its token is gone. */
export async function forgetAccessToken(tx: Db, workspaceId: string, ref: string): Promise<void> {
  await tx
    .deleteFrom("webxkey.secrets")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", "access_token")
    .where("ref", "=", ref)
    .execute();
}

function placeOf(workspaceId: string, name: SecretName, ref: string, version: number): string {
  return `secrets.${name}|${workspaceId}|${ref}|${version}`;
}
