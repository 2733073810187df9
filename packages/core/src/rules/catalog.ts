import type { Actor } from "../audit/index.ts";
import type { RuleSummary } from "../http/contract.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Db } from "../storage/index.ts";
import { checkTemplate, type Templates } from "../templates/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Rule } from "./define-rule.ts";
import { intentsOf } from "./intents.ts";
import type { RuleStates } from "./rule-states.ts";

/** The rules a merchant can switch, each with what stands in its way. */
export interface RuleCatalog {
  list(workspaceId: string): Promise<RuleSummary[]>;
  /** @throws WebxkeyError `not_found`; `conflict` when it cannot be turned on, with the reasons. */
  set(by: Actor, workspaceId: string, ruleId: string, active: boolean): Promise<RuleSummary>;
}

export function createRuleCatalog({
  db,
  rules,
  ruleStates,
  senders,
  templates,
}: {
  readonly db: Db;
  readonly rules: readonly Rule[];
  readonly ruleStates: RuleStates;
  readonly senders: Senders;
  readonly templates: Templates;
}): RuleCatalog {
  async function list(workspaceId: string): Promise<RuleSummary[]> {
    const states = await ruleStates.states(workspaceId);
    const sender = await senders.forSending(db, workspaceId);
    const synced = sender ? await templates.synced(db, workspaceId, sender.wabaId, rules.map(({ template }) => template.name)) : [];
    return rules.map((rule): RuleSummary => {
      const state = states.get(rule.id);
      const own = synced.filter(({ name }) => name === rule.template.name);
      return {
        rule_id: rule.id,
        on: rule.on,
        purpose: rule.purpose,
        template: rule.template.name,
        languages: own.map(({ language }) => language),
        active: state?.active ?? false,
        activated_at: state?.activatedAt?.toISOString() ?? null,
        problems: sender ? problemsOf(rule, own) : [NO_SENDER],
      };
    });
  }

  return {
    list,
    async set(by, workspaceId, ruleId, active) {
      const before = (await list(workspaceId)).find(({ rule_id }) => rule_id === ruleId);
      if (!before) throw new WebxkeyError("not_found", { detail: "There is no such rule." });
      if (active && before.problems.length > 0) {
        throw new WebxkeyError("conflict", { detail: before.problems.map(({ sentence }) => sentence).join(" ") });
      }
      await ruleStates.set(by, workspaceId, ruleId, active);
      const after = (await list(workspaceId)).find(({ rule_id }) => rule_id === ruleId);
      return after ?? before;
    },
  };
}

const NO_SENDER = { code: "sender_missing", sentence: "Connect a WhatsApp number first." };

/** Tries the rule on its own sample: a missing template, language or value shows before a customer is concerned. */
function problemsOf(rule: Rule, synced: Parameters<typeof checkTemplate>[0]["synced"]): RuleSummary["problems"] {
  const [intent] = intentsOf(rule.sample, [rule]);
  if (!intent || intent.paramsProblem) return [{ code: "params_failed", sentence: "The rule's mapping does not fill its template on its own sample." }];
  const fit = checkTemplate({ wanted: { name: intent.template, languages: intent.languages, params: intent.params }, synced });
  return fit.ok ? [] : [{ code: fit.problem.code, sentence: fit.problem.sentence }];
}
