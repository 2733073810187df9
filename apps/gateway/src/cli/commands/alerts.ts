import type { AlertSummary } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { minuteOf, table } from "../report.ts";

/** What is wrong and somebody has to hear of. */
export const alertCommands: readonly ClientCommand[] = [
  {
    name: "alert list",
    summary: "what is wrong now and what to do about it, the newest first",
    options: [{ name: "all", help: "also what was wrong before" }],
    async run({ client, has }) {
      const document = await client.alerts.list({ state: has("all") ? "all" : "open" });
      const rows = document.alerts.map((alert) => [
        alert.alert_id,
        minuteOf(alert.raised_at),
        stateOf(alert),
        alert.sentence,
      ]);
      return {
        document,
        lines: [
          ...table(
            ["ALERT", "SINCE", "STATE", "WHAT"],
            rows,
            has("all") ? "Nothing was wrong." : "Nothing is wrong.",
          ),
          ...(document.alerts.some((alert) => stateOf(alert) === "open")
            ? ['"webxkey alert ack ALERT" says that you take care of one.']
            : []),
        ],
      };
    },
  },
  {
    name: "alert ack",
    summary: "says that somebody takes care of it: nobody else is told",
    arguments: ["ALERT"],
    async run({ client, argument }) {
      const document = await client.alerts.acknowledge({ alert_id: argument("ALERT") });
      const { sentence, resolved_at } = document;
      return {
        document,
        lines: [
          sentence,
          resolved_at === null
            ? `${capital(stateOf(document))}: nobody else is told. It ends by itself once the cause is mended.`
            : `It is ${stateOf(document)}: there is nothing left to take care of.`,
        ],
      };
    },
  },
];

function stateOf({ acknowledged, resolved_at }: AlertSummary): string {
  if (resolved_at !== null) return `over since ${minuteOf(resolved_at)}`;
  return acknowledged ? `acknowledged by ${acknowledged.by}` : "open";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
