import type { Actor } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { didYouMean } from "../kernel/near-name.ts";
import type { Senders } from "../senders/index.ts";
import type { Db } from "../storage/index.ts";
import { checkTemplate, type Templates } from "../templates/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import type { Purpose, Rule } from "./define-rule.ts";
import { intentsOf, languagesFor } from "./intents.ts";
import type { RuleStates } from "./rule-states.ts";

/** One rule as its merchant sees it. */
export interface RuleStanding {
  readonly ruleId: string;
  readonly on: string;
  readonly purpose: Purpose;
  readonly template: string;
  /** In which the template exists at Meta. */
  readonly languages: readonly string[];
  readonly active: boolean;
  readonly activatedAt: Date | null;
  /** What stands in the way of turning it on. */
  readonly problems: readonly { readonly code: string; readonly sentence: string }[];
}

/** The rules a merchant can switch, each with what stands in its way. */
export interface RuleCatalog {
  list(workspaceId: string): Promise<RuleStanding[]>;
  /** @throws WebxkeyError `not_found`; `conflict` when it cannot be turned on, with the reasons. */
  set(by: Actor, workspaceId: string, ruleId: string, active: boolean): Promise<RuleStanding>;
}

export function createRuleCatalog({
  db,
  rules,
  ruleStates,
  senders,
  templates,
  workspaces,
}: {
  readonly db: Db;
  readonly rules: readonly Rule[];
  readonly ruleStates: RuleStates;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly workspaces: Workspaces;
}): RuleCatalog {
  async function list(workspaceId: string): Promise<RuleStanding[]> {
    const states = await ruleStates.states(workspaceId);
    const sender = await senders.forSending(db, workspaceId);
    const ofAccounts = await templates.synced(
      db,
      workspaceId,
      rules.map(({ template }) => template.name),
    );
    const { language } = (await workspaces.get(workspaceId)).settings;
    const unused = (await templates.list(workspaceId))
      .filter(
        ({ wabaId, name }) => wabaId === sender?.wabaId && rules.every((rule) => rule.template.name !== name),
      )
      .map(({ name }) => name);
    const synced = (sender && ofAccounts.get(sender.wabaId)) ?? [];
    return rules.map((rule): RuleStanding => {
      const state = states.get(rule.id);
      const own = synced.filter(({ name }) => name === rule.template.name);
      return {
        ruleId: rule.id,
        on: rule.on,
        purpose: rule.purpose,
        template: rule.template.name,
        languages: own.map(({ language }) => language),
        active: state?.active ?? false,
        activatedAt: state?.activatedAt ?? null,
        problems: sender ? problemsOf(rule, own, language, unused) : [NO_SENDER],
      };
    });
  }

  return {
    list,
    async set(by, workspaceId, ruleId, active) {
      const before = (await list(workspaceId)).find((one) => one.ruleId === ruleId);
      if (!before) throw new WebxkeyError("not_found", { detail: "There is no such rule." });
      if (active && before.problems.length > 0) {
        throw new WebxkeyError("conflict", {
          detail: before.problems.map(({ sentence }) => sentence).join(" "),
        });
      }
      await ruleStates.set(by, workspaceId, ruleId, active);
      const after = (await list(workspaceId)).find((one) => one.ruleId === ruleId);
      return after ?? before;
    },
  };
}

const NO_SENDER = { code: "sender_missing", sentence: "Connect a WhatsApp number first." };

/** Tries the rule on its own sample: a missing template, language or value shows before a customer is concerned. */
function problemsOf(
  rule: Rule,
  synced: Parameters<typeof checkTemplate>[0]["synced"],
  workspaceLanguage: string | null,
  /** Templates of the account that no rule uses: the one that was meant may be among them. */
  unused: readonly string[],
): RuleStanding["problems"] {
  const [intent] = intentsOf(rule.sample, [rule]);
  if (!intent || intent.paramsProblem)
    return [
      { code: "params_failed", sentence: "The rule's mapping does not fill its template on its own sample." },
    ];
  const fit = checkTemplate({
    wanted: {
      name: intent.template,
      languages: languagesFor(intent, workspaceLanguage),
      params: intent.params,
      forMarketing: rule.purpose === "marketing",
    },
    synced,
  });
  if (fit.ok) return [];
  const { code, sentence } = fit.problem;
  return [
    {
      code,
      sentence: code === "template_missing" ? sentence + didYouMean(intent.template, unused) : sentence,
    },
  ];
}
