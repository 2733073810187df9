import type { KeyObject } from "node:crypto";
import { storableText } from "../kernel/storable-text.ts";
import { type Keys, open, type SubjectKeys, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { insertEntries, lockHead, readEntries } from "./audit-store.ts";
import {
  type AuditFact,
  detailBytes,
  detailCommit,
  type EntryHeader,
  entryHash,
  GENESIS_HASH,
} from "./entry.ts";

const VERIFY_ROWS = 1_000;
const FAULTS_MAX = 100;
const NO_KEYS: SubjectKeys = new Map();

export interface AuditFault {
  readonly seq: number;
  readonly fault: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** At most 100; one is enough to know. */
  readonly faults: readonly AuditFault[];
}

/** The hash-chained record of what happened. It is appended to in the same transaction as the change it tells of. */
export interface Audit {
  /**
   * Appends facts in order. Call it last in the transaction: it holds the lock of the workspace's chain until the commit.
   * The persons' keys must exist; a fact about an erased person keeps its header and loses its detail.
   *
   * @param known keys that the caller has read for the same act, so that they are not read and opened again.
   */
  append(tx: Db, workspaceId: string, facts: readonly AuditFact[], known?: SubjectKeys): Promise<void>;
  /** Walks the whole chain: numbering, hashes, links and, where the key still exists, each detail against its commitment. */
  verify(workspaceId: string): Promise<AuditVerdict>;
}

export function createAudit({ db, keys }: { readonly db: Db; readonly keys: Keys }): Audit {
  return {
    async append(tx, workspaceId, facts, known = NO_KEYS) {
      if (facts.length === 0) return;
      const read = await keys.subjects(
        workspaceId,
        subjectIdsOf(facts).filter((subjectId) => !known.has(subjectId)),
      );
      const workspaceKey = (await keys.workspace(workspaceId)).seal;
      // Whatever needs no place in the chain is done before its lock is held.
      const ready = facts.map((fact) => {
        const { subjectId } = fact;
        const key = subjectId ? (known.get(subjectId) ?? read.get(subjectId)) : workspaceKey;
        const bytes = fact.detail && key ? detailBytes(fact.detail) : null;
        return { fact, key, bytes, commit: bytes && detailCommit(bytes).toString("hex") };
      });
      const head = await lockHead(tx, workspaceId);
      let previous: Buffer = head.hash ? Buffer.from(head.hash) : GENESIS_HASH;
      const entries = ready.map(({ fact, key, bytes, commit }, index) => {
        const seq = head.seq + index + 1;
        const header: EntryHeader = {
          workspace_id: workspaceId,
          seq,
          at: head.at.toISOString(),
          actor_type: fact.actor.type,
          actor_id: fact.actor.id ?? null,
          role: fact.actor.role ?? null,
          action: fact.action,
          object_type: fact.object.type,
          object_id: storableText(fact.object.id),
          outcome: storableText(fact.outcome),
          request_id: fact.requestId ?? null,
          subject_id: fact.subjectId ?? null,
          detail_commit: commit,
          prev_hash: previous.toString("hex"),
        };
        previous = entryHash(header);
        return { header, hash: previous, sealed: bytes && key ? seal(key, place(header), bytes) : null };
      });
      await insertEntries(tx, entries);
    },

    async verify(workspaceId) {
      const workspaceKey = (await keys.workspace(workspaceId)).seal;
      const faults: AuditFault[] = [];
      let seq = 0;
      let previous: Buffer = GENESIS_HASH;
      for (;;) {
        const batch = await readEntries(db, workspaceId, seq, VERIFY_ROWS);
        if (batch.length === 0) break;
        const subjects = await keys.subjects(
          workspaceId,
          batch.flatMap(({ header }) => header.subject_id ?? []),
        );
        for (const { header, hash, sealed } of batch) {
          const found = (fault: string) => {
            if (faults.length < FAULTS_MAX) faults.push({ seq: header.seq, fault });
          };
          if (header.seq !== seq + 1) found(`an entry is missing before it: ${seq + 1} is not there`);
          if (header.prev_hash !== previous.toString("hex"))
            found("it does not continue the entry before it");
          if (!entryHash(header).equals(hash)) found("its fields do not match its hash");
          const key = header.subject_id ? subjects.get(header.subject_id) : workspaceKey;
          if (sealed && key && !detailMatches(key, header, sealed))
            found("its detail does not match its commitment");
          if (!sealed && header.detail_commit && key) found("its detail is gone although the key is not");
          seq = header.seq;
          previous = hash;
        }
      }
      return {
        ok: faults.length === 0,
        entries: seq,
        head: seq === 0 ? null : { seq, hash: previous.toString("hex") },
        faults,
      };
    },
  };
}

function detailMatches(key: KeyObject, header: EntryHeader, sealed: Uint8Array): boolean {
  try {
    return detailCommit(open(key, place(header), sealed)).toString("hex") === header.detail_commit;
  } catch {
    return false;
  }
}

function place(header: EntryHeader): string {
  return `audit_details.sealed|${header.workspace_id}|${header.seq}`;
}

function subjectIdsOf(facts: readonly AuditFact[]): string[] {
  return facts.flatMap(({ subjectId }) => subjectId ?? []);
}
