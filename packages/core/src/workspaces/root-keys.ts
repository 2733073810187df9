import type { Actor, Audit } from "../audit/index.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import type { Workspaces } from "./workspaces.ts";

export interface RootKeysPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly workspaces: Workspaces;
}

/** Root keys are changed by whoever has the machine and the root key: nobody signed in. */
const HOST: Actor = { type: "host" };

/**
 * The acts on root keys, audited in the first workspace and in each workspace whose keys they concern. The key tables may lie in a
 * database of their own, so no transaction spans both: the entries are committed first, because an entry for an act that then
 * failed misleads less than an act without an entry.
 */
export function createRootKeys({ db, keys, audit, workspaces }: RootKeysPorts, firstWorkspaceId: string) {
  function recordAs(action: string, outcome: string) {
    return async (workspaceIds: readonly string[]): Promise<void> => {
      const concerned = await workspaces.list([...new Set([firstWorkspaceId, ...workspaceIds])]);
      for (const { id } of concerned) {
        const object = { type: "workspace", id };
        await db
          .transaction()
          .execute((tx) => audit.append(tx, id, [{ actor: HOST, action, object, outcome }]));
      }
    };
  }
  return {
    addRootKey: (next: Secret): Promise<number> =>
      keys.addRootKey(next, recordAs("root_key.added", "wrapped")),
    endOldRootKeys: (): Promise<number> => keys.endOtherRootKeys(recordAs("root_key.ended", "deleted")),
  };
}
