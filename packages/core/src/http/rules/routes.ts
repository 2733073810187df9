import { actorOf } from "../../access/index.ts";
import type { RuleStanding } from "../../rules/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { RuleSummary } from "./contract.ts";

export function ruleRoutes(ports: Pick<ApiPorts, "rules">) {
  return {
    list: os.rules.list.use(needs("rule:read")).handler(async ({ context: { member } }) => {
      return { rules: (await ports.rules.list(member.workspaceId)).map(ruleSummaryOf) };
    }),
    set: os.rules.set
      .use(needs("rule:write"))
      .handler(async ({ context: { member }, input }) =>
        ruleSummaryOf(
          await ports.rules.set(actorOf(member), member.workspaceId, input.rule_id, input.active),
        ),
      ),
  };
}

function ruleSummaryOf(rule: RuleStanding): RuleSummary {
  return {
    rule_id: rule.ruleId,
    on: rule.on,
    purpose: rule.purpose,
    template: rule.template,
    languages: [...rule.languages],
    active: rule.active,
    activated_at: rule.activatedAt?.toISOString() ?? null,
    problems: [...rule.problems],
  };
}
