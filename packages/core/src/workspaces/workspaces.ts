import { WebxkeyError } from "../kernel/errors.ts";
import type { Db } from "../storage/index.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly installedAt: Date;
}

const WORKSPACE_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A client's separate space. Every row of the engine carries its id. */
export interface Workspaces {
  /** Makes it if it is new; the moment of installation is kept, the name follows the configuration. */
  ensure(workspace: { readonly id: string; readonly name: string }): Promise<void>;
  get(workspaceId: string): Promise<Workspace>;
}

export function createWorkspaces({ db }: { readonly db: Db }): Workspaces {
  return {
    async ensure({ id, name }) {
      if (!WORKSPACE_ID.test(id)) {
        throw new WebxkeyError("invalid_configuration", {
          detail: "The workspace id must be lower-case letters, digits and dashes, at most 63 characters.",
        });
      }
      await db
        .insertInto("webxkey.workspaces")
        .values({ workspace_id: id, name })
        .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet({ name }))
        .execute();
    },

    async get(workspaceId) {
      const row = await db
        .selectFrom("webxkey.workspaces")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .executeTakeFirst();
      if (!row)
        throw new WebxkeyError("not_found", {
          detail: `There is no workspace ${workspaceId}: run the migration first.`,
        });
      return { id: row.workspace_id, name: row.name, installedAt: row.installed_at };
    },
  };
}
