import { createSecretKey, type KeyObject } from "node:crypto";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Secret } from "../kernel/secret.ts";
import type { KeyDb } from "../storage/index.ts";
import { addSubjectKeys, addWorkspaceKeys, readSubjectKeys, readWorkspaceKeys } from "./key-store.ts";
import { keyedHash, newKey, open, readRootKey, seal } from "./sealing.ts";

/** The keys of one workspace: `seal` for its secrets, `lookup` for keyed hashes of identities. */
export interface WorkspaceKeys {
  readonly seal: KeyObject;
  readonly lookup: KeyObject;
}

/** Keys by subject. One that is missing was destroyed: what it sealed is gone for good. */
export type SubjectKeys = ReadonlyMap<string, KeyObject>;

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
    if (!found) {
      await addWorkspaceKeys(db, workspaceId, {
        version: FIRST_VERSION,
        wrappedSeal: seal(root, place(workspaceId, FIRST_VERSION, "seal"), newKey().export()),
        wrappedLookup: seal(root, place(workspaceId, FIRST_VERSION, "lookup"), newKey().export()),
      });
    }
    const stored = found ?? (await readWorkspaceKeys(db, workspaceId));
    if (!stored)
      throw new WebxkeyError("key_missing", {
        detail: `Workspace ${workspaceId} has no key and none could be stored.`,
      });
    const unwrap = (use: "seal" | "lookup", wrapped: Uint8Array) =>
      createSecretKey(open(root, place(workspaceId, stored.version, use), wrapped));
    return { seal: unwrap("seal", stored.wrappedSeal), lookup: unwrap("lookup", stored.wrappedLookup) };
  }

  return {
    workspace,
    installation: () => workspace(INSTALLATION),

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

function place(workspaceId: string, version: number, use: string): string {
  return `workspace_keys.${use}|${workspaceId}|${version}`;
}

function subjectPlace(workspaceId: string, subjectId: string): string {
  return `subject_keys.seal|${workspaceId}|${subjectId}`;
}

export { keyedHash, open, seal };
