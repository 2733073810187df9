import { sql } from "kysely";
import type { GraphTemplate } from "../meta/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";

export interface TemplateRow {
  readonly wabaId: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly quality: string | null;
  readonly graph: GraphTemplate;
  readonly syncedAt: Date;
}

/** The names of those that are new or other than they were read last. */
export async function changedTemplates(
  tx: Db,
  workspaceId: string,
  wabaId: string,
  templates: readonly GraphTemplate[],
): Promise<string[]> {
  const rows = templates.map((graph) => ({
    name: graph.name,
    language: graph.language,
    status: graph.status,
    category: graph.category,
    graph,
  }));
  const { rows: changed } = await sql<{ name: string }>`
    select distinct r.name
    from ${recordset(rows, { name: "text", language: "text", status: "text", category: "text", graph: "jsonb" })}
    left join webxkey.templates t on t.workspace_id = ${workspaceId} and t.waba_id = ${wabaId}
      and t.name = r.name and t.language = r.language
    where t.name is null or t.status <> r.status or t.category <> r.category or t.graph <> r.graph`.execute(
    tx,
  );
  return changed.map(({ name }) => name);
}

export async function upsertTemplates(
  tx: Db,
  workspaceId: string,
  wabaId: string,
  templates: readonly GraphTemplate[],
  syncedAt: Date,
): Promise<void> {
  const rows = templates.map((template) => ({
    name: template.name,
    language: template.language,
    template_id: template.id,
    status: template.status,
    category: template.category,
    quality: template.qualityScore ?? null,
    graph: template,
  }));
  await sql`
    insert into webxkey.templates (workspace_id, waba_id, name, language, template_id, status, category, quality, graph, synced_at)
    select ${workspaceId}, ${wabaId}, r.name, r.language, r.template_id, r.status, r.category, r.quality, r.graph, ${syncedAt}
    from ${recordset(rows, {
      name: "text",
      language: "text",
      template_id: "text",
      status: "text",
      category: "text",
      quality: "text",
      graph: "jsonb",
    })}
    on conflict (workspace_id, waba_id, name, language) do update set
      template_id = excluded.template_id, status = excluded.status, category = excluded.category,
      quality = excluded.quality, graph = excluded.graph, synced_at = excluded.synced_at`.execute(tx);
}

/** What a complete list no longer names was deleted at Meta. */
export async function deleteTemplatesSyncedBefore(
  tx: Db,
  workspaceId: string,
  wabaId: string,
  syncedAt: Date,
): Promise<void> {
  await tx
    .deleteFrom("webxkey.templates")
    .where("workspace_id", "=", workspaceId)
    .where("waba_id", "=", wabaId)
    .where("synced_at", "<", syncedAt)
    .execute();
}

export async function listTemplateRows(
  db: Db,
  workspaceId: string,
  names?: readonly string[],
): Promise<TemplateRow[]> {
  let query = db
    .selectFrom("webxkey.templates")
    .select(["waba_id", "name", "language", "status", "category", "quality", "graph", "synced_at"])
    .where("workspace_id", "=", workspaceId);
  if (names) {
    if (names.length === 0) return [];
    query = query.where("name", "=", anyOf(names, "text"));
  }
  const rows = await query.orderBy("name").orderBy("language").execute();
  return rows.map((row) => ({
    wabaId: row.waba_id,
    name: row.name,
    language: row.language,
    status: row.status,
    category: row.category,
    quality: row.quality,
    graph: row.graph as GraphTemplate,
    syncedAt: row.synced_at,
  }));
}

/** Sets a language of an approved template to what Meta called it when it refused it. */
export async function stopTemplate(
  tx: Db,
  workspaceId: string,
  { wabaId, name, language }: Pick<TemplateRow, "wabaId" | "name" | "language">,
  status: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("webxkey.templates")
    .set({ status })
    .where("workspace_id", "=", workspaceId)
    .where("waba_id", "=", wabaId)
    .where("name", "=", name)
    .where("language", "=", language)
    .where("status", "=", "APPROVED")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export interface TemplateChange {
  readonly wabaId: string;
  readonly templateId: string;
  readonly status?: string;
  readonly category?: string;
  readonly quality?: string;
}

/** Applies what a webhook said about one template, at once. Answers its name, or undefined when it is not synced here. */
export async function changeTemplate(
  tx: Db,
  workspaceId: string,
  change: TemplateChange,
): Promise<string | undefined> {
  const set = {
    ...(change.status && { status: change.status }),
    ...(change.category && { category: change.category }),
    ...(change.quality && { quality: change.quality }),
  };
  if (Object.keys(set).length === 0) return undefined;
  const row = await tx
    .updateTable("webxkey.templates")
    .set(set)
    .where("workspace_id", "=", workspaceId)
    .where("waba_id", "=", change.wabaId)
    .where("template_id", "=", change.templateId)
    .returning("name")
    .executeTakeFirst();
  return row?.name;
}
