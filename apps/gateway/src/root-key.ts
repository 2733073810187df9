import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Secret, secret } from "@webxkey/core";
import { isRootKey } from "./env.ts";

const ROOT_KEY_BYTES = 32;
const FILE_BYTES_MAX = 1_000;
const OTHERS = 0o077;

/**
 * Where `init` writes the root key: beside the data directory and not in it, so that a copy of the directory opens nothing.
 * With PostgreSQL it is the same place, and DATABASE_URL says where the data is.
 */
export function rootKeyFile(dataDir: string): string {
  return `${resolve(dataDir)}.root-key`;
}

export interface NoRootKey {
  /** A sentence that says what to do. */
  readonly problem: string;
  /** There is no such file, as before `init`. */
  readonly missing: boolean;
}

export async function readRootKey(file: string): Promise<Secret | NoRootKey> {
  const unusable = (problem: string): NoRootKey => ({ problem, missing: false });
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      return unusable(`The root key ${file} cannot be read: give it to the user that runs this.`);
    const problem = `There is no root key. Set WEBXKEY_ROOT_KEY, or run "webxkey init", which writes ${file}.`;
    return { problem, missing: true };
  }
  try {
    // Asked of the open file, so that it cannot be exchanged between the look and the reading.
    const { mode, uid, size } = await handle.stat();
    if ((mode & OTHERS) !== 0)
      return unusable(`Others can read the root key ${file}. Run: chmod 600 ${file}`);
    if (uid !== process.getuid?.() && uid !== 0)
      return unusable(`The root key ${file} belongs to another user. Run: chown "$USER" ${file}`);
    const value = size <= FILE_BYTES_MAX ? (await handle.readFile("utf8")).trim() : "";
    return isRootKey(value)
      ? secret(value)
      : unusable(`${file} does not hold a root key, which is ${ROOT_KEY_BYTES} bytes in base64.`);
  } finally {
    await handle.close();
  }
}

/** Makes a new key and writes it, readable for its owner alone. An existing file is never overwritten. */
export async function writeRootKey(file: string): Promise<Secret> {
  const value = randomBytes(ROOT_KEY_BYTES).toString("base64");
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${value}\n`);
    // On the disk before anything is encrypted with it.
    await handle.sync();
  } finally {
    await handle.close();
  }
  const directory = await open(dirname(file), constants.O_RDONLY);
  await directory.sync().finally(() => directory.close());
  return secret(value);
}

/** For a key that has encrypted nothing. */
export async function removeRootKey(file: string): Promise<void> {
  await rm(file);
}
