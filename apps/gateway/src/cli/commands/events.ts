import type { EventType } from "@webxkey/core";
import { didYouMean } from "@webxkey/core/contract";
import { now } from "../../env.ts";
import type { ClientCommand, LocalCommand } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { readJson } from "../json-file.ts";
import { table } from "../report.ts";
import { openTerminal } from "../terminal.ts";
import { personalOption } from "./personal.ts";

export const eventCommands: readonly ClientCommand[] = [
  {
    name: "event publish",
    summary: "publishes one event (CloudEvents, JSON) from a file, or from standard input with -",
    arguments: ["FILE"],
    async run({ client, terminal, argument }) {
      const event = await readJson(terminal, argument("FILE"));
      const document = await client.events.publish(event);
      const rows = document.intents.map((intent) => [
        intent.message_id,
        intent.rule_id,
        intent.state,
        intent.reason?.sentence ?? "nothing stands in the way",
      ]);
      const seen = document.seen_before ? "was published before; nothing new was made" : "is published";
      return {
        document,
        lines: [
          `The event ${document.event_id} ${seen}.`,
          ...table(["MESSAGE", "RULE", "STATE", "WHY"], rows, "No rule waits for it."),
        ],
      };
    },
  },
];

export const sampleCommand: LocalCommand = {
  name: "event sample",
  summary: "prints an example of an event that happened just now, to publish or to build from",
  arguments: ["TYPE"],
  options: [
    {
      name: "phone",
      value: "-",
      help: "the customer's number, such as +16505551234: a line of standard input",
    },
  ],
  async runLocally(given) {
    const phone = await personalOption(openTerminal(), given, "phone");
    const document = await sampleOf(given.argument("TYPE"), phone);
    return { document, lines: [JSON.stringify(document, null, 2)] };
  },
};

/** It happened now and has an id of its own, because what happened before a rule was turned on is never sent. */
async function sampleOf(type: string, phone: string | undefined): Promise<unknown> {
  const { EVENT_TYPES, sampleEvent } = await import("@webxkey/core");
  if (!EVENT_TYPES.includes(type as EventType)) {
    throw new WrongUsage(
      `There is no event type ${type}.${didYouMean(type, EVENT_TYPES)} There are: ${EVENT_TYPES.join(", ")}.`,
    );
  }
  const { data, ...event } = sampleEvent(type as EventType);
  const at = now();
  return {
    ...event,
    id: `${event.id}-${at.getTime()}`,
    time: at.toISOString(),
    data: { ...data, recipient: { ...data.recipient, ...(phone && { phone }) } },
  };
}
