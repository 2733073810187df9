import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TemplateSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { languageName, languagesOf } from "./template-view.ts";

/** A select of Medusa's takes no empty value, and no language has this name. */
const DEFAULT = "-";

/** The language for people whose own one is not known: one of those that the templates have. */
export function WorkspaceLanguage({ templates }: { templates: readonly TemplateSummary[] }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("workspace:write");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const settings = useQuery({ queryKey: queryKeys.settings, queryFn: () => client.settings.get() });
  const set = useMutation({
    mutationFn: (language: string | null) => client.settings.set({ language }),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: queryKeys.settings }),
        queries.invalidateQueries({ queryKey: queryKeys.rules }),
      ]);
      notify({ tone: "success", text: t("templates.language.changed") });
    },
  });
  return (
    <Loaded query={settings}>
      {({ language }) => (
        <>
          {set.error && <ProblemAlert problem={problemOf(set.error)} />}
          <kit.Select
            label={t("templates.language")}
            description={t("templates.language.hint")}
            value={language ?? DEFAULT}
            options={[
              { value: DEFAULT, label: t("templates.language.default") },
              ...languagesOf(templates, language).map((value) => ({
                value,
                label: languageName(i18n, value),
              })),
            ]}
            unavailable={denial}
            onChange={(value) => set.mutate(value === DEFAULT ? null : value)}
          />
        </>
      )}
    </Loaded>
  );
}
