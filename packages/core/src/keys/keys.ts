import { createSecretKey, type KeyObject } from "node:crypto";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Secret } from "../kernel/secret.ts";
import type { KeyDb } from "../storage/index.ts";
import {
  addSubjectKeys,
  addWorkspaceKeys,
  deleteWorkspaceKeys,
  readAllWorkspaceKeys,
  readSubjectKeys,
  readWorkspaceKeys,
  type WrappedWorkspaceKeys,
} from "./key-store.ts";
import { keyedHash, newKey, open, readRootKey, seal } from "./sealing.ts";

/** The keys of one workspace: `seal` for its secrets, `lookup` for keyed hashes of identities. */
export interface WorkspaceKeys {
  readonly seal: KeyObject;
  readonly lookup: KeyObject;
}

/** Keys by subject. One that is missing was destroyed: what it sealed is gone for good. */
export type SubjectKeys = ReadonlyMap<string, KeyObject>;

/** Called with the workspaces whose keys are about to change, before any of them does; not at all where none will. */
export type RecordAct = (workspaceIds: readonly string[]) => Promise<void>;

/** Envelope encryption: root key, then a key a workspace, then a key a person. */
export interface Keys {
  workspace(workspaceId: string): Promise<WorkspaceKeys>;
  /** For what arrives before its workspace is known: raw webhook bodies. */
  installation(): Promise<WorkspaceKeys>;
  /**
   * Makes keys for new persons. They can be used at once; `store` has to have ended before the rows that they seal are
   * committed.
   */
  createSubjects(
    workspaceId: string,
    subjectIds: readonly string[],
  ): Promise<{ readonly made: SubjectKeys; readonly store: () => Promise<void> }>;
  subjects(workspaceId: string, subjectIds: readonly string[]): Promise<SubjectKeys>;
  /**
   * Wraps the keys of every workspace with another root key as well, under a version of its own: processes with the one and with
   * the other root key work side by side until {@link endOtherRootKeys}. Safe to run again. Answers how many were wrapped.
   */
  addRootKey(next: Secret, record: RecordAct): Promise<number>;
  /** Deletes what this root key does not open. @throws WebxkeyError `conflict` where that would lose a workspace. */
  endOtherRootKeys(record: RecordAct): Promise<number>;
}

/** No workspace may have this id (they are lower case), so the installation's keys can share the table. */
const INSTALLATION = "*";
const FIRST_VERSION = 1;

export function createKeys(db: KeyDb, rootKey: Secret): Keys {
  const root = readRootKey(rootKey);
  const opened = new Map<string, Promise<WorkspaceKeys>>();

  function workspace(workspaceId: string): Promise<WorkspaceKeys> {
    const known = opened.get(workspaceId);
    if (known) return known;
    const opening = openOrCreate(workspaceId);
    opened.set(workspaceId, opening);
    opening.catch(() => opened.delete(workspaceId));
    return opening;
  }

  async function openOrCreate(workspaceId: string): Promise<WorkspaceKeys> {
    const found = await readWorkspaceKeys(db, workspaceId);
    if (found.length === 0) {
      const made = { seal: newKey(), lookup: newKey() };
      await addWorkspaceKeys(db, workspaceId, wrap(root, workspaceId, FIRST_VERSION, made));
    }
    const stored = found.length > 0 ? found : await readWorkspaceKeys(db, workspaceId);
    const [newest] = stored;
    if (!newest)
      throw new WebxkeyError("key_missing", {
        detail: `Workspace ${workspaceId} has no key and none could be stored.`,
      });
    const wrapped = stored.find((one) => isOpenedBy(root, workspaceId, one)) ?? newest;
    return unwrap(root, workspaceId, wrapped);
  }

  const isOwn = (one: WrappedWorkspaceKeys & { readonly workspaceId: string }) =>
    isOpenedBy(root, one.workspaceId, one);

  return {
    workspace,
    installation: () => workspace(INSTALLATION),

    async addRootKey(next, record) {
      const nextRoot = readRootKey(next);
      const all = Map.groupBy(await readAllWorkspaceKeys(db), ({ workspaceId }) => workspaceId);
      const toWrap: [workspaceId: string, keys: WrappedWorkspaceKeys][] = [];
      for (const [workspaceId, stored] of all) {
        if (stored.some((one) => isOpenedBy(nextRoot, workspaceId, one))) continue;
        const version = Math.max(...stored.map((one) => one.version)) + 1;
        toWrap.push([workspaceId, wrap(nextRoot, workspaceId, version, await workspace(workspaceId))]);
      }
      if (toWrap.length === 0) return 0;
      await record(toWrap.map(([workspaceId]) => workspaceId));
      for (const [workspaceId, wrapped] of toWrap) await addWorkspaceKeys(db, workspaceId, wrapped);
      return toWrap.length;
    },

    async endOtherRootKeys(record) {
      const all = await readAllWorkspaceKeys(db);
      const [own, others] = [all.filter(isOwn), all.filter((one) => !isOwn(one))];
      const opened = new Set(own.map(({ workspaceId }) => workspaceId));
      if (others.some(({ workspaceId }) => !opened.has(workspaceId))) {
        throw new WebxkeyError("conflict", {
          detail:
            "This root key does not open every workspace yet. Add it again with the old one, then end the old one.",
        });
      }
      if (others.length === 0) return 0;
      await record(others.map(({ workspaceId }) => workspaceId));
      await deleteWorkspaceKeys(db, others);
      return others.length;
    },

    async createSubjects(workspaceId, subjectIds) {
      if (subjectIds.length === 0) return { made: new Map(), store: async () => undefined };
      const wrapper = (await workspace(workspaceId)).seal;
      const made = new Map(subjectIds.map((subjectId) => [subjectId, newKey()]));
      const rows = [...made].map(([subjectId, key]) => ({
        subjectId,
        wrapped: seal(wrapper, subjectPlace(workspaceId, subjectId), key.export()),
      }));
      return { made, store: () => addSubjectKeys(db, workspaceId, rows) };
    },

    async subjects(workspaceId, subjectIds) {
      const wanted = [...new Set(subjectIds)];
      if (wanted.length === 0) return new Map();
      const wrapper = (await workspace(workspaceId)).seal;
      const found = await readSubjectKeys(db, workspaceId, wanted);
      return new Map(
        found.map(({ subjectId, wrapped }) => [
          subjectId,
          createSecretKey(open(wrapper, subjectPlace(workspaceId, subjectId), wrapped)),
        ]),
      );
    },
  };
}

function wrap(
  root: KeyObject,
  workspaceId: string,
  version: number,
  keys: WorkspaceKeys,
): WrappedWorkspaceKeys {
  return {
    version,
    wrappedSeal: seal(root, place(workspaceId, version, "seal"), keys.seal.export()),
    wrappedLookup: seal(root, place(workspaceId, version, "lookup"), keys.lookup.export()),
  };
}

function unwrap(root: KeyObject, workspaceId: string, wrapped: WrappedWorkspaceKeys): WorkspaceKeys {
  const opened = (use: "seal" | "lookup", value: Uint8Array) =>
    createSecretKey(open(root, place(workspaceId, wrapped.version, use), value));
  return { seal: opened("seal", wrapped.wrappedSeal), lookup: opened("lookup", wrapped.wrappedLookup) };
}

function isOpenedBy(root: KeyObject, workspaceId: string, wrapped: WrappedWorkspaceKeys): boolean {
  try {
    unwrap(root, workspaceId, wrapped);
    return true;
  } catch {
    return false;
  }
}

function place(workspaceId: string, version: number, use: string): string {
  return `workspace_keys.${use}|${workspaceId}|${version}`;
}

function subjectPlace(workspaceId: string, subjectId: string): string {
  return `subject_keys.seal|${workspaceId}|${subjectId}`;
}

export { keyedHash, open, seal };
