import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TemplateSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { templateCategory, templateStatus } from "./template-view.ts";
import { WorkspaceLanguage } from "./workspace-language.tsx";

export function TemplatesSection() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("template:sync");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const templates = useQuery({ queryKey: queryKeys.templates, queryFn: () => client.templates.list() });
  const sync = useMutation({
    mutationFn: () => client.templates.sync(),
    onSuccess: async ({ synced }) => {
      notify({ tone: "success", text: t("templates.synced", { count: synced }) });
      await Promise.all([
        queries.invalidateQueries({ queryKey: queryKeys.templates }),
        queries.invalidateQueries({ queryKey: queryKeys.rules }),
      ]);
    },
  });
  return (
    <kit.Section
      title={t("templates.title")}
      description={t("templates.description")}
      actions={
        <kit.Button busy={sync.isPending} unavailable={denial} onSelect={() => sync.mutate()}>
          {t("templates.sync")}
        </kit.Button>
      }
    >
      {denial && <kit.Text tone="muted">{denial}</kit.Text>}
      {sync.error && <ProblemAlert problem={problemOf(sync.error)} onRetry={() => sync.mutate()} />}
      <Loaded query={templates}>
        {(found) => (
          <>
            <Templates templates={found.templates} />
            <WorkspaceLanguage templates={found.templates} />
          </>
        )}
      </Loaded>
    </kit.Section>
  );
}

function Templates({ templates }: { templates: TemplateSummary[] }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  if (templates.length === 0)
    return <kit.Empty title={t("templates.none.title")}>{t("templates.none.detail")}</kit.Empty>;
  return (
    <kit.Table
      caption={t("templates.title")}
      columns={[
        { key: "name", label: t("templates.column.name") },
        { key: "language", label: t("templates.column.language") },
        { key: "status", label: t("templates.column.status") },
        { key: "category", label: t("templates.column.category") },
        { key: "synced", label: t("templates.column.synced") },
      ]}
      rows={templates.map((template) => {
        const { tone, label } = templateStatus(i18n, template.status);
        return {
          key: `${template.waba_id} ${template.name} ${template.language}`,
          cells: {
            name: <kit.Code>{template.name}</kit.Code>,
            language: <kit.Code>{template.language}</kit.Code>,
            status: <kit.Badge tone={tone}>{label}</kit.Badge>,
            category: templateCategory(i18n, template.category),
            synced: <Moment at={template.synced_at} />,
          },
        };
      })}
    />
  );
}
