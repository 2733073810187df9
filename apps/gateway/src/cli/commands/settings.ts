import type { ClientCommand } from "../command.ts";
import { WrongUsage } from "../failure.ts";

interface Settings {
  readonly stop_covers_security: boolean;
  readonly security_notices_per_hour: number;
  readonly burst_per_hour: number | null;
  readonly language: string | null;
}

export const settingCommands: readonly ClientCommand[] = [
  {
    name: "settings show",
    summary: "what this workspace decides for itself",
    async run({ client }) {
      const document = await client.settings.get();
      return { document, lines: linesOf(document) };
    },
  },
  {
    name: "settings set",
    summary: "changes what this workspace decides for itself",
    options: [
      {
        name: "stop-covers-security",
        value: "yes|no",
        help: "whether a STOP ends security notices too, such as that of a password reset",
      },
      {
        name: "security-notices-per-hour",
        value: "COUNT",
        help: "how many security notices an hour are sent before the next ones are held",
      },
      {
        name: "rule-per-hour",
        value: "COUNT|default",
        help: "how many messages of one rule an hour are sent before the next ones wait for a person",
      },
      {
        name: "language",
        value: "LANGUAGE|default",
        help: "what people are written to in whose own language is not known, such as de or pt-BR",
      },
    ],
    async run({ client, optional }) {
      const covers = optional("stop-covers-security");
      const perHour = optional("security-notices-per-hour");
      const ofRule = optional("rule-per-hour");
      const language = optional("language");
      if ([covers, perHour, ofRule, language].every((value) => value === undefined))
        throw new WrongUsage("Say what to change.");
      const document = await client.settings.set({
        ...(covers !== undefined && { stop_covers_security: yesOrNo(covers) }),
        ...(perHour !== undefined && { security_notices_per_hour: Number(perHour) }),
        ...(ofRule !== undefined && { burst_per_hour: ofRule === "default" ? null : Number(ofRule) }),
        ...(language !== undefined && { language: language === "default" ? null : language }),
      });
      return { document, lines: linesOf(document) };
    },
  },
];

function yesOrNo(text: string): boolean {
  if (text !== "yes" && text !== "no") throw new WrongUsage("Write yes or no.");
  return text === "yes";
}

function linesOf({
  stop_covers_security,
  security_notices_per_hour,
  burst_per_hour,
  language,
}: Settings): string[] {
  return [
    `A STOP ${stop_covers_security ? "ends" : "does not end"} security notices.`,
    `Security notices an hour: ${security_notices_per_hour}. The next ones are held for a person.`,
    `Messages of one rule an hour: ${burst_per_hour ?? "300, or three times its busiest hour of the last four weeks"}. The next ones wait for a person.`,
    `People whose own language is not known are written to in ${language ?? "the language that each template falls back to"}.`,
  ];
}
