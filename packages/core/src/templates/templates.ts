import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { type GraphClient, type GraphCredentials, graphFailure, listTemplates } from "../meta/index.ts";
import type { Db } from "../storage/index.ts";
import { type SyncedTemplate, syncedTemplate } from "./template-check.ts";
import {
  changedTemplates,
  changeTemplate,
  deleteTemplatesSyncedBefore,
  listTemplateRows,
  stopTemplate,
  type TemplateChange,
  type TemplateRow,
  upsertTemplates,
} from "./template-store.ts";

/** Meta's templates as this workspace last saw them. */
export interface Templates {
  /** Reads all templates of the account. @throws WebxkeyError `graph_refused`, `graph_unavailable`. */
  sync(by: Actor, workspaceId: string, wabaId: string, credentials: GraphCredentials): Promise<number>;
  list(workspaceId: string): Promise<TemplateRow[]>;
  /** Every language of the named templates, by account, for a check before sending. */
  synced(
    on: Db,
    workspaceId: string,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, readonly SyncedTemplate[]>>;
  /** Keeps in mind that Meta refused a template as paused or disabled, before its webhook says so. */
  markRefused(
    tx: Db,
    workspaceId: string,
    of: Pick<TemplateRow, "wabaId" | "name" | "language">,
    reason: string,
  ): Promise<AuditFact[]>;
  /** Applies what a webhook said. */
  apply(tx: Db, workspaceId: string, changes: readonly TemplateChange[]): Promise<AuditFact[]>;
}

export interface TemplatePorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly graph: GraphClient;
  readonly clock: Clock;
  /** Lets go what waited for templates, in the transaction that stores how they are now. Answers what to audit. */
  readonly resumeTemplates: (tx: Db, workspaceId: string, changed: readonly string[]) => Promise<AuditFact[]>;
}

export function createTemplates({ db, audit, graph, clock, resumeTemplates }: TemplatePorts): Templates {
  return {
    async sync(by, workspaceId, wabaId, credentials) {
      const answer = await listTemplates(graph, { wabaId, credentials });
      if (answer.kind !== "ok") throw graphFailure(answer, "The templates could not be read.");
      const { templates, complete } = answer.body;
      const syncedAt = clock.now();
      await db.transaction().execute(async (tx) => {
        const changed = await changedTemplates(tx, workspaceId, wabaId, templates);
        await upsertTemplates(tx, workspaceId, wabaId, templates, syncedAt);
        // A list that was cut short says nothing about what it left out.
        if (complete) await deleteTemplatesSyncedBefore(tx, workspaceId, wabaId, syncedAt);
        await audit.append(tx, workspaceId, [
          {
            actor: by,
            action: "templates.synced",
            object: { type: "waba", id: wabaId },
            outcome: complete ? "complete" : "partial",
            ...(changed.length > 0 && { detail: { changed } }),
          },
          ...(await resumeTemplates(tx, workspaceId, changed)),
        ]);
      });
      return templates.length;
    },

    list: (workspaceId) => listTemplateRows(db, workspaceId),

    async synced(on, workspaceId, names) {
      const ofAccounts = Map.groupBy(await listTemplateRows(on, workspaceId, names), ({ wabaId }) => wabaId);
      return new Map(
        [...ofAccounts].map(([wabaId, rows]) => [
          wabaId,
          rows.map((row) => syncedTemplate({ ...row.graph, status: row.status, category: row.category })),
        ]),
      );
    },

    async markRefused(tx, workspaceId, of, reason) {
      const status = reason === "template_disabled" ? "DISABLED" : "PAUSED";
      if (!(await stopTemplate(tx, workspaceId, of, status))) return [];
      const object = { type: "template", id: of.name };
      return [{ actor: { type: "meta" }, action: "template.changed", object, outcome: status }];
    },

    async apply(tx, workspaceId, changes) {
      const facts: AuditFact[] = [];
      for (const change of changes) {
        const name = await changeTemplate(tx, workspaceId, change);
        if (!name) continue;
        facts.push({
          actor: { type: "meta" },
          action: "template.changed",
          object: { type: "template", id: name },
          outcome: change.status ?? change.category ?? change.quality ?? "changed",
        });
      }
      return facts;
    },
  };
}
