import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RuleSummary, TemplateSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { eventLabel } from "../messages/message-view.ts";
import { RuleState, RuleTemplate, RuleWhen } from "./rule-cells.tsx";

export function RulesSection() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const mayReadTemplates = useDenial("template:read") === undefined;
  const rules = useQuery({ queryKey: queryKeys.rules, queryFn: () => client.rules.list() });
  const templates = useQuery({
    queryKey: queryKeys.templates,
    queryFn: () => client.templates.list(),
    enabled: mayReadTemplates,
  });
  return (
    <kit.Section title={t("rules.title")} description={t("rules.description")}>
      <Loaded query={rules}>
        {(found) =>
          found.rules.length === 0 ? (
            <kit.Empty title={t("rules.none.title")}>{t("rules.none.detail")}</kit.Empty>
          ) : (
            <Rules rules={found.rules} templates={templates.data?.templates} />
          )
        }
      </Loaded>
    </kit.Section>
  );
}

interface RulesProps {
  readonly rules: RuleSummary[];
  /** Undefined while they are not known: then nothing is said of their status. */
  readonly templates: TemplateSummary[] | undefined;
}

function Rules({ rules, templates }: RulesProps) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("rule:write");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<RuleSummary | null>(null);
  const set = useMutation({
    mutationFn: ({ rule_id, active }: Pick<RuleSummary, "rule_id" | "active">) =>
      client.rules.set({ rule_id, active }),
    onSuccess: (rule) => {
      const event = eventLabel(i18n, rule.on);
      notify({ tone: "success", text: t(rule.active ? "rules.turnedOn" : "rules.turnedOff", { event }) });
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.rules });
      setAsked(null);
    },
  });

  /** Off is harmless and done at once; on is asked for twice, with what it means. */
  function flip(rule: RuleSummary, active: boolean) {
    if (active) setAsked(rule);
    else set.mutate({ rule_id: rule.rule_id, active });
  }

  return (
    <>
      {denial && <kit.Text tone="muted">{denial}</kit.Text>}
      {set.error && <ProblemAlert problem={problemOf(set.error)} />}
      <kit.Table
        caption={t("rules.title")}
        columns={[
          { key: "rule", label: t("rules.column.rule") },
          { key: "template", label: t("rules.column.template") },
          { key: "state", label: t("rules.column.state") },
          { key: "switch", label: t("rules.column.switch") },
        ]}
        rows={rules.map((rule) => ({
          key: rule.rule_id,
          cells: {
            rule: <RuleWhen rule={rule} />,
            template: <RuleTemplate rule={rule} templates={templates} />,
            state: <RuleState rule={rule} />,
            switch: (
              <kit.Switch
                label={t("rules.switch", { event: eventLabel(i18n, rule.on) })}
                hideLabel
                checked={rule.active}
                busy={set.isPending && set.variables.rule_id === rule.rule_id}
                unavailable={denial ?? inTheWay(rule)}
                onChange={(active) => flip(rule, active)}
              />
            ),
          },
        }))}
      />
      <kit.Confirm
        open={asked !== null}
        title={t("rules.on.title", { event: asked === null ? "" : eventLabel(i18n, asked.on) })}
        confirmLabel={t("rules.on.confirm")}
        cancelLabel={t("action.keep")}
        busy={set.isPending}
        onConfirm={() => asked && set.mutate({ rule_id: asked.rule_id, active: true })}
        onCancel={() => setAsked(null)}
      >
        {asked && (
          <>
            <kit.Text>
              {t("rules.on.detail", { template: asked.template, purpose: t(`purpose.${asked.purpose}`) })}
            </kit.Text>
            <kit.Text>{t("rules.on.onlyFromNow")}</kit.Text>
          </>
        )}
      </kit.Confirm>
    </>
  );
}

/** Why a rule cannot be turned on; one that is on can always be turned off. */
function inTheWay({ active, problems }: RuleSummary): string | undefined {
  if (active || problems.length === 0) return undefined;
  return problems.map(({ sentence }) => sentence).join(" ");
}
