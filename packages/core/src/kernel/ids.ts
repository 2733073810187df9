import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";

/** Where ids come from. Rows get time-ordered ids (index locality); what leaves the house gets random ones. */
export interface IdSource {
  /** A UUIDv7 (RFC 9562 section 5.7): sorts by creation time. */
  row(): string;
  /** A UUIDv4: says nothing about when or in which order it was made. */
  opaque(): string;
}

export function createIdSource(clock: Clock): IdSource {
  return {
    row: () => uuidV7(clock.now().getTime()),
    opaque: () => randomUUID(),
  };
}

function uuidV7(unixMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(unixMs, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Guards SQL casts to uuid: an id from outside that is no uuid is simply not found. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}
