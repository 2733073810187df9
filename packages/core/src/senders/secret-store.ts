import { type Secret, secret } from "../kernel/secret.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";

export type SecretName = "app_secret" | "verify_token" | "access_token";

export interface StoredSecret {
  readonly workspaceId: string;
  readonly ref: string;
  readonly version: number;
  readonly value: Secret;
}

/**
 * Adds a version, unless the newest is the same; the newest counts, and of an app secret the one before it too, so that it can
 * be rotated under traffic.
 */
export async function putSecret(
  tx: Db,
  keys: Keys,
  of: {
    readonly workspaceId: string;
    readonly name: SecretName;
    readonly ref: string;
    readonly value: Secret;
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
    .values({ workspace_id: workspaceId, name, ref, version, sealed })
    .execute();
  await tx
    .deleteFrom("webxkey.secrets")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", name)
    .where("ref", "=", ref)
    .where("version", "<", name === "app_secret" ? version - 1 : version)
    .execute();
}

/** Secrets of one name, newest first; of one workspace and place where asked for. */
export async function readSecrets(
  db: Db,
  keys: Keys,
  name: SecretName,
  of?: { readonly workspaceId: string; readonly ref: string },
): Promise<StoredSecret[]> {
  let query = db.selectFrom("webxkey.secrets").selectAll().where("name", "=", name);
  if (of) query = query.where("workspace_id", "=", of.workspaceId).where("ref", "=", of.ref);
  const rows = await query.orderBy("version", "desc").execute();
  return await Promise.all(
    rows.map(async (row) => {
      const { seal: key } = await keys.workspace(row.workspace_id);
      const value = open(key, placeOf(row.workspace_id, name, row.ref, row.version), row.sealed).toString();
      return { workspaceId: row.workspace_id, ref: row.ref, version: row.version, value: secret(value) };
    }),
  );
}

function placeOf(workspaceId: string, name: SecretName, ref: string, version: number): string {
  return `secrets.${name}|${workspaceId}|${ref}|${version}`;
}
