import type { PGlite } from "@electric-sql/pglite";
import { WebxkeyError } from "../kernel/errors.ts";
import { freeBytesAt } from "./file-system.ts";

/** PGlite panics when it cannot make its next WAL segment of 16 MB, and a panicked one never answers: it must not come so far. */
const DISK_BYTES_RESERVED = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 200;
/** The first byte of the messages with which a statement begins: Parse and Query. */
const BEGINS_STATEMENT = new Set([0x50, 0x51]);

/** PGlite's own `BEGIN`, in a Query message: a byte, four of length, the text. */
function isBegin(message: Uint8Array): boolean {
  return (
    Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString("latin1", 5) === "BEGIN\0"
  );
}

/** @throws WebxkeyError `storage_unavailable` where less than the reserve is left. */
export function requireDiskSpace(directory: string): void {
  if (freeBytesAt(directory) >= DISK_BYTES_RESERVED) return;
  throw new WebxkeyError("storage_unavailable", {
    detail: `Less than ${DISK_BYTES_RESERVED / 1024 / 1024} MB are left on the disk of the data directory. Nothing was written; make room and try again.`,
  });
}

/**
 * Watches all that goes to a database in a directory. While the disk is nearly full nothing begins, but what has begun may
 * end. After a panic (another program may fill the disk between two looks) nothing reaches it any more, because it would
 * not answer and hold the whole process up; a new start recovers it from its log.
 */
export function guard(
  database: PGlite,
  directory: string,
): {
  readonly crashed: () => boolean;
  /** @throws WebxkeyError `storage_unavailable` where nothing may begin now. */
  readonly requireRoom: () => void;
} {
  let crashed = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  function requireAlive(): void {
    if (crashed) {
      throw new WebxkeyError("storage_unavailable", {
        detail:
          "The embedded database stopped because the disk was full. Make room and start the process again.",
      });
    }
  }

  function requireRoom(): void {
    requireAlive();
    const now = performance.now();
    if (now - lookedAt <= LOOK_EVERY_MS) return;
    requireDiskSpace(directory);
    lookedAt = now;
  }

  const send = database.execProtocolRaw.bind(database);
  database.execProtocolRaw = async (message, options) => {
    requireAlive();
    const begins = BEGINS_STATEMENT.has(message[0] ?? 0) && !database.isInTransaction();
    // Whoever begins a transaction has asked before; a `begin` that fails is never told to Kysely's driver.
    if (begins && !isBegin(message)) requireRoom();
    return await send(message, options);
  };
  for (const method of ["execProtocol", "execProtocolStream"] as const) {
    const run = database[method].bind(database) as (...given: unknown[]) => Promise<never>;
    database[method] = async (...given: unknown[]) => {
      try {
        return await run(...given);
      } catch (error) {
        if ((error as { severity?: string }).severity === "PANIC") crashed = true;
        throw error;
      }
    };
  }
  return { crashed: () => crashed, requireRoom };
}
