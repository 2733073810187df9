import type { AlertSummary } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { table } from "../report.ts";

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
        alert.raised_at,
        stateOf(alert),
        alert.sentence,
      ]);
      return { document, lines: table(["ALERT", "SINCE", "STATE", "WHAT"], rows, "Nothing is wrong.") };
    },
  },
  {
    name: "alert ack",
    summary: "says that somebody takes care of it: nobody else is told",
    arguments: ["ALERT"],
    async run({ client, argument }) {
      const document = await client.alerts.acknowledge({ alert_id: argument("ALERT") });
      return { document, lines: [document.sentence, `Acknowledged by ${document.acknowledged?.by}.`] };
    },
  },
];

function stateOf({ acknowledged, resolved_at }: AlertSummary): string {
  if (resolved_at !== null) return `over since ${resolved_at}`;
  return acknowledged ? `acknowledged by ${acknowledged.by}` : "open";
}
