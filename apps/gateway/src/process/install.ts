import { isWebxkeyError, type Secret } from "@webxkey/core";
import type { EngineSettings } from "../env.ts";
import { createCommandLog, openEngine } from "../open-engine.ts";
import { readRootKey, removeRootKey, rootKeyFile, writeRootKey } from "../root-key.ts";
import type { CompleteSettings } from "../settings.ts";

export interface Installation {
  readonly ownerKey: string;
  /** Where the root key lies, or null when it is given by WEBXKEY_ROOT_KEY. */
  readonly rootKeyFile: string | null;
  readonly rootKeyWritten: boolean;
}

/**
 * Sets an installation up: writes the root key unless there is one, migrates, and makes an owner key. Who may run it can read
 * the root key and the database, and so needs no other right.
 *
 * @throws WebxkeyError `conflict` while an owner has a key that works; what was migrated stays so.
 */
export async function install(
  settings: EngineSettings,
): Promise<Installation | { readonly problem: string }> {
  const file = rootKeyFile(settings.dataDir);
  const found = settings.rootKey ?? (await readOrNone(file));
  if (found && "problem" in found) return found;
  const rootKey = found ?? (await writeRootKey(file));
  try {
    const ownerKey = await withEngine({ ...settings, rootKey }, async (messaging) => {
      await messaging.migrate();
      return await messaging.createOwnerKey();
    });
    return { ownerKey, rootKeyFile: settings.rootKey ? null : file, rootKeyWritten: !found };
  } catch (error) {
    // The data is there and encrypted with another key: a file beside it that opens nothing would only mislead.
    if (!found && isWebxkeyError(error) && error.code === "bad_root_key") await removeRootKey(file);
    throw error;
  }
}

/** Brings the schema up to date. Safe while gateways of the version before run on the same PostgreSQL. */
export async function migrate(settings: CompleteSettings): Promise<void> {
  await withEngine(settings, (messaging) => messaging.migrate());
}

/**
 * Makes an owner key in place of a lost one, whose owner's keys all end. Who may run it has the root key and the database.
 *
 * @throws WebxkeyError `conflict` where there is no such workspace, `data_dir_locked` while a gateway has the embedded storage.
 */
export async function recoverOwner(settings: CompleteSettings, workspaceId?: string): Promise<string> {
  return await withEngine(settings, (messaging) => messaging.recoverOwnerKey(workspaceId));
}

/** Lets the new root key open this installation beside the one in use. Gateways may run meanwhile, on PostgreSQL. */
export async function addRootKey(settings: CompleteSettings, next: Secret): Promise<number> {
  return await withEngine(settings, (messaging) => messaging.addRootKey(next));
}

/** Ends every root key but the one that this process was given. */
export async function endOldRootKeys(settings: CompleteSettings): Promise<number> {
  return await withEngine(settings, (messaging) => messaging.endOldRootKeys());
}

async function readOrNone(file: string): Promise<Secret | { readonly problem: string } | undefined> {
  const read = await readRootKey(file);
  return "missing" in read && read.missing ? undefined : read;
}

async function withEngine<T>(
  settings: CompleteSettings,
  work: (messaging: ReturnType<typeof openEngine>) => Promise<T>,
): Promise<T> {
  const messaging = openEngine(settings, { log: createCommandLog(settings) });
  try {
    return await work(messaging);
  } finally {
    await messaging.close();
  }
}
