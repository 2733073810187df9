import { WebxkeyError } from "../kernel/errors.ts";
import { WORKSPACE_ID } from "../kernel/vocabulary.ts";
import type { Db } from "../storage/index.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly installedAt: Date;
  readonly settings: WorkspaceSettings;
}

/** What a workspace decides for itself. */
export interface WorkspaceSettings {
  /** A STOP ends security notices too, which otherwise go to whoever asked for them. */
  readonly stopCoversSecurity: boolean;
  /** Security notices an hour above which they wait for a person to look. */
  readonly securityNoticesPerHour: number;
  /**
   * Messages of one rule in an hour above which they wait for a person; null: the installation's own limit, or three times the
   * rule's busiest hour of the last four weeks.
   */
  readonly burstPerHour: number | null;
  /** BCP 47: what people are written to in whose own language is not known; null: each template's fallback. */
  readonly language: string | null;
}

/** A client's separate space. Every row of the engine carries its id. */
export interface Workspaces {
  /** Makes it if it is new; the moment of installation is kept, the name follows the configuration. */
  ensure(workspace: { readonly id: string; readonly name: string }): Promise<void>;
  get(workspaceId: string, on?: Db): Promise<Workspace>;
  /** Changes settings in the caller's transaction, which audits it, and answers them as they are then. */
  change(
    tx: Db,
    workspaceId: string,
    settings: { readonly [Name in keyof WorkspaceSettings]: WorkspaceSettings[Name] | undefined },
  ): Promise<WorkspaceSettings>;
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
        .select(COLUMNS)
        .where("workspace_id", "=", workspaceId)
        .executeTakeFirst();
      if (!row)
        throw new WebxkeyError("not_found", {
          detail: `There is no workspace ${workspaceId}: run the migration first.`,
        });
      return workspaceOf(row);
    },

    async change(tx, workspaceId, { stopCoversSecurity, securityNoticesPerHour, burstPerHour, language }) {
      const row = await tx
        .updateTable("webxkey.workspaces")
        .set((eb) => ({
          stop_covers_security: stopCoversSecurity ?? eb.ref("stop_covers_security"),
          security_notices_per_hour: securityNoticesPerHour ?? eb.ref("security_notices_per_hour"),
          burst_per_hour: burstPerHour === undefined ? eb.ref("burst_per_hour") : burstPerHour,
          language: language === undefined ? eb.ref("language") : language,
        }))
        .where("workspace_id", "=", workspaceId)
        .returning(COLUMNS)
        .executeTakeFirstOrThrow();
      return workspaceOf(row).settings;
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
      let query = db.selectFrom("webxkey.workspaces").select(COLUMNS);
      if (workspaceIds) query = query.where("workspace_id", "in", workspaceIds as string[]);
      const rows = await query.orderBy("installed_at").execute();
      return rows.map(workspaceOf);
    },
  };
}

const COLUMNS = [
  "workspace_id",
  "name",
  "installed_at",
  "stop_covers_security",
  "security_notices_per_hour",
  "burst_per_hour",
  "language",
] as const;

interface WorkspaceRow {
  readonly workspace_id: string;
  readonly name: string;
  readonly installed_at: Date;
  readonly stop_covers_security: boolean;
  readonly security_notices_per_hour: number;
  readonly burst_per_hour: number | null;
  readonly language: string | null;
}

function workspaceOf(row: WorkspaceRow): Workspace {
  return {
    id: row.workspace_id,
    name: row.name,
    installedAt: row.installed_at,
    settings: {
      stopCoversSecurity: row.stop_covers_security,
      securityNoticesPerHour: row.security_notices_per_hour,
      burstPerHour: row.burst_per_hour,
      language: row.language,
    },
  };
}
