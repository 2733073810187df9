import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { WebxkeyError } from "../kernel/errors.ts";
import { requireLocalFileSystem } from "./file-system.ts";
import { type LockSocket, listenOnLockSocket, probeLockSocket } from "./lock-socket.ts";
import { isRunning, type ProcessIdentity, thisProcess } from "./process-identity.ts";

/** Contenders that meet at the same moment both step back; then they try again. */
const TRIES_MAX = 5;
const TRY_AGAIN_MS = 20;
/** A killed process keeps its pid for a moment after the kernel closed its socket. */
const DYING_MS_MAX = 500;
const DYING_POLL_MS = 10;
const TOKEN_BYTES = 16;

/** Who holds, or held, the directory: one file each, numbered, so that the next number can be taken by one process only. */
const ownerShape = z.object({
  token: z.hex(),
  pid: z.int(),
  startedAt: z.string().nullable(),
  bootId: z.string().nullable(),
  pidNamespace: z.string().nullable(),
});
type Owner = z.output<typeof ownerShape> & ProcessIdentity;

const OWNER_FILE = /^owner-(\d{1,15})\.json$/;
const SOCKET_FILE = /\.sock$/;

/** A data directory that this process alone may open, until it is released or the process ends, however it ends. */
export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Locks a data directory by means that lie beside the databases in it (`<dir>/lock/`, so that a mounted volume brings its lock along),
 * because PGlite itself lets two processes open one directory and destroys it. Two things speak for an owner: a listening socket, which the kernel closes when the process ends and which
 * answers for a stopped one too, and its pid with the time it started, which a later process of the same pid does not have.
 *
 * An owner that is certainly gone is followed: its number plus one is created with `link`, which one process alone can do.
 * Whoever then sees another owner alive steps back, so that a lock is never stolen.
 *
 * @throws WebxkeyError `data_dir_locked`, naming the pid; `invalid_configuration` on a network file system.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const lockDir = join(dataDir, "lock");
  await mkdir(lockDir, { recursive: true, mode: 0o700 });
  await requireLocalFileSystem(lockDir);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const lock = await tryToLock(dataDir, lockDir);
    if (lock) return lock;
    // Unequal waits, by the pid, so that two do not keep meeting.
    await delay(TRY_AGAIN_MS + (process.pid % TRY_AGAIN_MS));
  }
  throw locked(dataDir, "several processes try to open it at once");
}

async function tryToLock(dataDir: string, lockDir: string): Promise<DataDirLock | undefined> {
  const last = await followable(dataDir, lockDir, undefined);
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const socket = await listening(dataDir, lockDir, token);
  const number = last + 1;
  try {
    if (!(await createOwnerFile(lockDir, number, { token, ...(await thisProcess()) }))) {
      await socket.close();
      return undefined;
    }
  } catch (error) {
    await socket.close();
    throw error;
  }
  const release = async (): Promise<void> => {
    await remove(lockDir, ownerFile(number));
    await socket.close();
    // Only an empty directory goes; another contender may be in it already.
    await rmdir(lockDir).catch(() => undefined);
  };
  try {
    await followable(dataDir, lockDir, token);
  } catch {
    await release();
    return undefined;
  }
  await removeRemains(lockDir, token, number);
  return { release };
}

/** The highest number there is. @throws WebxkeyError where an owner other than `ownToken` may be alive. */
async function followable(dataDir: string, lockDir: string, ownToken: string | undefined): Promise<number> {
  const numbers = await numbersIn(lockDir);
  for (const number of numbers) {
    const owner = await readOwner(lockDir, number);
    if (owner === "gone" || (owner !== "unreadable" && owner.token === ownToken)) continue;
    if (owner === "unreadable")
      throw locked(dataDir, `its owner cannot be read from ${join(lockDir, ownerFile(number))}`);
    await requireGone(dataDir, lockDir, owner);
  }
  return Math.max(0, ...numbers);
}

async function requireGone(dataDir: string, lockDir: string, owner: Owner): Promise<void> {
  const deadline = performance.now() + DYING_MS_MAX;
  for (;;) {
    const probe = await probeLockSocket(lockDir, owner.token);
    if (probe === "answers") throw lockedBy(dataDir, owner);
    const here = await thisProcess();
    // The machine was started again since.
    if (owner.bootId !== null && here.bootId !== null && owner.bootId !== here.bootId) return;
    const samePids = owner.pidNamespace === here.pidNamespace;
    // In another container its pid says nothing here; that the kernel refuses its socket does.
    if (!samePids && probe === "refused") return;
    if (!samePids) throw lockedBy(dataDir, owner);
    if (!(await isRunning(owner))) return;
    if (performance.now() > deadline) throw lockedBy(dataDir, owner);
    await delay(DYING_POLL_MS);
  }
}

async function listening(dataDir: string, lockDir: string, token: string): Promise<LockSocket> {
  try {
    return await listenOnLockSocket(lockDir, token);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      await mkdir(lockDir, { recursive: true, mode: 0o700 });
    else
      throw new WebxkeyError("invalid_configuration", {
        detail: `No lock can be held beside ${dataDir}: its file system takes no unix socket. Choose another directory, or set DATABASE_URL.`,
        cause,
      });
    return await listenOnLockSocket(lockDir, token);
  }
}

/** Written whole under a name of its own first, so that nobody reads half of it. False where the number is taken. */
async function createOwnerFile(lockDir: string, number: number, owner: Owner): Promise<boolean> {
  const draft = join(lockDir, `${owner.token}.tmp`);
  await writeFile(draft, JSON.stringify(owner), { flag: "wx", mode: 0o600 });
  try {
    await link(draft, join(lockDir, ownerFile(number)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await remove(lockDir, `${owner.token}.tmp`);
  }
}

async function readOwner(lockDir: string, number: number): Promise<Owner | "gone" | "unreadable"> {
  try {
    const parsed = ownerShape.safeParse(JSON.parse(await readFile(join(lockDir, ownerFile(number)), "utf8")));
    return parsed.success ? parsed.data : "unreadable";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "unreadable";
  }
}

/** What owners left who are gone: their files, and sockets that nobody listens on. */
async function removeRemains(lockDir: string, ownToken: string, ownNumber: number): Promise<void> {
  for (const number of await numbersIn(lockDir)) {
    if (number < ownNumber) await remove(lockDir, ownerFile(number));
  }
  for (const name of await readdir(lockDir)) {
    const token = name.replace(SOCKET_FILE, "");
    if (token === name || token === ownToken) continue;
    if ((await probeLockSocket(lockDir, token)) === "refused") await remove(lockDir, name);
  }
}

async function numbersIn(lockDir: string): Promise<number[]> {
  const names = await readdir(lockDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.flatMap((name) => Number(OWNER_FILE.exec(name)?.[1] ?? Number.NaN)).filter(Number.isInteger);
}

function ownerFile(number: number): string {
  return `owner-${number}.json`;
}

async function remove(lockDir: string, name: string): Promise<void> {
  await unlink(join(lockDir, name)).catch(() => undefined);
}

function lockedBy(dataDir: string, owner: Owner): WebxkeyError {
  const who = owner.pid === process.pid ? "this process already" : `process ${owner.pid}`;
  return locked(dataDir, `${who} has it open`);
}

function locked(dataDir: string, why: string): WebxkeyError {
  return new WebxkeyError("data_dir_locked", {
    detail: `The data directory ${dataDir} cannot be opened: ${why}. Only one process may use it. Stop that one first, or set DATABASE_URL to share a PostgreSQL.`,
  });
}
