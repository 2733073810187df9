import type { RuleSummary, TemplateSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Sentence } from "../admin/sentence.tsx";
import { eventLabel } from "../messages/message-view.ts";
import { ruleLanguages } from "./template-view.ts";

/** The event that a rule waits for, its purpose and its id. */
export function RuleWhen({ rule }: { rule: RuleSummary }) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Stack>
      <kit.Text>{eventLabel(i18n, rule.on)}</kit.Text>
      <kit.Text tone="muted">{i18n.t("rules.for", { purpose: i18n.t(`purpose.${rule.purpose}`) })}</kit.Text>
    </kit.Stack>
  );
}

export function RuleTemplate({
  rule,
  templates,
}: {
  rule: RuleSummary;
  templates: TemplateSummary[] | undefined;
}) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Stack>
      <kit.Code>{rule.template}</kit.Code>
      {templates &&
        ruleLanguages(i18n, rule, templates).map(({ language, tone, label }) => (
          <kit.Stack key={language} direction="row">
            <kit.Code>{language}</kit.Code>
            <kit.Badge tone={tone}>{label}</kit.Badge>
          </kit.Stack>
        ))}
    </kit.Stack>
  );
}

/** On or off, and what stands in the way of sending. */
export function RuleState({ rule: { active, activated_at, problems } }: { rule: RuleSummary }) {
  const { kit, i18n, now } = useAdmin();
  const { t, times } = i18n;
  if (problems.length > 0)
    return (
      <kit.Stack>
        <kit.Badge tone="warning">{t(active ? "rules.activeWithProblem" : "rules.inTheWay")}</kit.Badge>
        {problems.map(({ code, sentence }) => (
          <kit.Text key={code}>
            <Sentence>{sentence}</Sentence>
          </kit.Text>
        ))}
      </kit.Stack>
    );
  if (!active) return <kit.Badge tone="neutral">{t("rules.ready")}</kit.Badge>;
  return (
    <kit.Badge tone="success">
      {activated_at === null
        ? t("rules.column.switch")
        : t("rules.active", { time: times.short(activated_at, now()) })}
    </kit.Badge>
  );
}
