import { didYouMean } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { counted, type Report, table } from "../report.ts";

export const ruleCommands: readonly ClientCommand[] = [
  {
    name: "template sync",
    summary: "reads the templates and their standing from Meta",
    async run({ client }) {
      const document = await client.templates.sync();
      const { templates } = await client.templates.list();
      const rows = templates.map(({ name, language, status, category }) => [
        name,
        language,
        status,
        category,
      ]);
      return {
        document,
        lines: [
          `${counted(document.synced, "template was", "templates were")} read.`,
          ...table(["TEMPLATE", "LANGUAGE", "STATUS", "CATEGORY"], rows),
        ],
      };
    },
  },
  {
    name: "rule list",
    summary: "the rules, and what stands in the way of turning one on",
    async run({ client }) {
      const document = await client.rules.list();
      const rows = document.rules.map((rule) => [
        rule.rule_id,
        rule.active ? "on" : "off",
        rule.on,
        rule.template,
        rule.problems.map(({ sentence }) => sentence).join(" ") || "nothing",
      ]);
      return { document, lines: table(["RULE", "IS", "EVENT", "TEMPLATE", "IN THE WAY"], rows) };
    },
  },
  switching("activate", true, "what happens from now on is told"),
  switching("deactivate", false, "nothing more is told by it"),
];

function switching(verb: string, active: boolean, effect: string): ClientCommand {
  return {
    name: `rule ${verb}`,
    summary: `turns a rule ${active ? "on" : "off"}: ${effect}`,
    arguments: ["RULE"],
    async run({ client, argument }): Promise<Report> {
      const rule_id = argument("RULE");
      const document = await client.rules.set({ rule_id, active }).catch(async (error: unknown) => {
        const known = (await client.rules.list()).rules.map((rule) => rule.rule_id);
        if (known.includes(rule_id)) throw error;
        const lines = [`The rules are: ${known.join(", ")}.`];
        throw new Failure(`There is no rule "${rule_id}".${didYouMean(rule_id, known)}`, { lines });
      });
      return {
        document,
        lines: [`The rule ${document.rule_id} is ${document.active ? "on" : "off"}: ${effect}.`],
      };
    },
  };
}
