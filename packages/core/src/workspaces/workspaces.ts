import { WebxkeyError } from "../kernel/errors.ts";
import { WORKSPACE_ID } from "../kernel/vocabulary.ts";
import type { Db } from "../storage/index.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly installedAt: Date;
}

/** A client's separate space. Every row of the engine carries its id. */
export interface Workspaces {
  /** Makes it if it is new; the moment of installation is kept, the name follows the configuration. */
  ensure(workspace: { readonly id: string; readonly name: string }): Promise<void>;
  get(workspaceId: string, on?: Db): Promise<Workspace>;
  /** Makes one that is not there yet, in the caller's transaction. @throws WebxkeyError `conflict` when the id is taken. */
  create(tx: Db, workspace: { readonly id: string; readonly name: string }): Promise<void>;
  /** All, or those with one of these ids, oldest first. */
  list(workspaceIds?: readonly string[]): Promise<Workspace[]>;
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

    async get(workspaceId, on = db) {
      const row = await on
        .selectFrom("webxkey.workspaces")
        .select(["workspace_id", "name", "installed_at"])
        .where("workspace_id", "=", workspaceId)
        .executeTakeFirst();
      if (!row)
        throw new WebxkeyError("not_found", {
          detail: `There is no workspace ${workspaceId}: run the migration first.`,
        });
      return { id: row.workspace_id, name: row.name, installedAt: row.installed_at };
    },

    async create(tx, { id, name }) {
      const made = await tx
        .insertInto("webxkey.workspaces")
        .values({ workspace_id: id, name })
        .onConflict((conflict) => conflict.doNothing())
        .returning("workspace_id")
        .executeTakeFirst();
      if (!made)
        throw new WebxkeyError("conflict", {
          detail: `There is a workspace ${id} already: choose another id.`,
          fields: [{ pointer: "/id", detail: "This id is taken." }],
        });
    },

    async list(workspaceIds) {
      if (workspaceIds?.length === 0) return [];
      let query = db.selectFrom("webxkey.workspaces").select(["workspace_id", "name", "installed_at"]);
      if (workspaceIds) query = query.where("workspace_id", "in", workspaceIds as string[]);
      const rows = await query.orderBy("installed_at").execute();
      return rows.map((row) => ({ id: row.workspace_id, name: row.name, installedAt: row.installed_at }));
    },
  };
}
