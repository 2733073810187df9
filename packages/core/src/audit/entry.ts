import { createHash } from "node:crypto";
import { canonicalJson } from "../kernel/json.ts";
import { pooledRandomBytes } from "../kernel/random.ts";
import { storableText } from "../kernel/storable-text.ts";

export type ActorType = "user" | "service" | "host" | "meta" | "person" | "engine";

/** Who did it. `id` is a reference of the host or of ours, never a name, e-mail or phone. */
export interface Actor {
  readonly type: ActorType;
  readonly id?: string;
  readonly role?: string;
}

/** What is handed to the audit. Header fields must not identify a person; what could, goes into `detail`. */
export interface AuditFact {
  readonly actor: Actor;
  /** Noun and past verb: `message.attempted`. */
  readonly action: string;
  readonly object: { readonly type: string; readonly id: string };
  readonly outcome: string;
  readonly requestId?: string;
  /** The person it is about: the detail is sealed under their key. */
  readonly subjectId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The header of an entry as it is hashed. Bytes are lower-case hex, `at` is RFC 3339 in UTC with milliseconds. */
export interface EntryHeader {
  readonly workspace_id: string;
  readonly seq: number;
  readonly at: string;
  readonly actor_type: ActorType;
  readonly actor_id: string | null;
  readonly role: string | null;
  readonly action: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly outcome: string;
  readonly request_id: string | null;
  readonly subject_id: string | null;
  readonly detail_commit: string | null;
  readonly prev_hash: string;
}

/** Leaf of an RFC 6962 tree (prefix 0x00), so that signed checkpoints can be put over the same hashes. */
const LEAF = Buffer.of(0);
const SALT_BYTES = 16;
export const GENESIS_HASH = Buffer.alloc(32);

/** Fixed order of fields: the array, not an object, is what is hashed. */
export function entryHash(header: EntryHeader): Buffer {
  const fields = [
    header.workspace_id,
    header.seq,
    header.at,
    header.actor_type,
    header.actor_id,
    header.role,
    header.action,
    header.object_type,
    header.object_id,
    header.outcome,
    header.request_id,
    header.subject_id,
    header.detail_commit,
    header.prev_hash,
  ];
  return createHash("sha256").update(LEAF).update(JSON.stringify(fields)).digest();
}

/** Salt and canonical detail, as they are sealed. */
export function detailBytes(detail: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.concat([pooledRandomBytes(SALT_BYTES), Buffer.from(canonicalJson(storable(detail)))]);
}

/** Details quote what came from outside, and half a surrogate pair has no canonical form (RFC 8785 section 3.2.2.2). */
function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, storable(item)]));
}

/**
 * Commits to a detail without giving it away. The salt lives only inside the sealed bytes, so that after shredding nobody
 * can find a phone number by trying all of them.
 */
export function detailCommit(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
