import type { WebhookConnector } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { parseUntrustedJson } from "../kernel/json.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import type { SealedConnection, SealedSecret } from "./connections-store.ts";

type At = Pick<Connection, "workspaceId" | "connectionId">;

/**
 * The platform's translation for this shop. Settings are sealed as the merchant gave them and read again by the connector's own
 * schema each time, so that a connector's newer version says what it lacks.
 *
 * @throws WebxkeyError `invalid_configuration` where this version has no such connector, or its settings do not fit any more.
 */
export async function openConnection(
  keys: Keys,
  platforms: ReadonlyMap<string, WebhookConnector>,
  connection: SealedConnection,
): Promise<OpenConnection> {
  const platform = platforms.get(connection.connector);
  const key = (await keys.workspace(connection.workspaceId)).seal;
  const given = parseUntrustedJson(
    open(key, settingsPlace(connection), connection.settingsSealed).toString(),
  );
  const read = platform?.settings.safeParse(given);
  if (!platform || !read?.success) {
    throw new WebxkeyError("invalid_configuration", {
      detail: "The stored settings do not fit this version of the connector. Save them again.",
    });
  }
  const { source, name, installedAt: connectedAt } = connection;
  const shop = { source, name, connectedAt, settings: read.data };
  return { ...connection, platform, settings: read.data, translation: platform.connector(shop) };
}

export async function sealSettings(
  keys: Keys,
  at: At,
  settings: Readonly<Record<string, unknown>>,
): Promise<Buffer> {
  return seal((await keys.workspace(at.workspaceId)).seal, settingsPlace(at), JSON.stringify(settings));
}

export async function openSecrets(keys: Keys, at: At, secrets: readonly SealedSecret[]): Promise<Secret[]> {
  const key = (await keys.workspace(at.workspaceId)).seal;
  return secrets.map(({ version, sealed }) => secret(open(key, secretPlace(at, version), sealed).toString()));
}

/** Seals a webhook secret in the place of its version. */
export async function secretSealer(keys: Keys, at: At, value: Secret): Promise<(version: number) => Buffer> {
  const key = (await keys.workspace(at.workspaceId)).seal;
  return (version) => seal(key, secretPlace(at, version), value.reveal());
}

function settingsPlace({ workspaceId, connectionId }: At): string {
  return `connections.settings|${workspaceId}|${connectionId}`;
}

function secretPlace({ workspaceId, connectionId }: At, version: number): string {
  return `connection_secrets.sealed|${workspaceId}|${connectionId}|${version}`;
}
