import type { TimelineEntry } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";

export const messageCommands: readonly ClientCommand[] = [
  {
    name: "message explain",
    summary: "everything that happened to a message and why, a sentence a step",
    arguments: ["MESSAGE"],
    async run({ client, argument }) {
      const document = await client.messages.timeline({ message_id: argument("MESSAGE") });
      const { message, entries } = document;
      return {
        document,
        lines: [
          `${message.rule_id} to ${message.recipient ?? "nobody"}: ${message.state}`,
          ...(message.reason ? [message.reason.sentence] : []),
          "",
          ...entries.map(lineOf),
        ],
      };
    },
  },
  {
    name: "order explain",
    summary: "all that is known of an order, over all its messages, also where none was made",
    arguments: ["ORDER"],
    async run({ client, argument }) {
      const document = await client.entities.timeline({
        entity_type: "order",
        entity_ref: argument("ORDER"),
      });
      const { entity, messages, entries } = document;
      return {
        document,
        lines: [
          `${entity.label ?? entity.ref}: ${messages.length} messages`,
          ...messages.map(
            ({ rule_id, state, reason }) => `  ${rule_id}: ${state}${reason ? ` (${reason.sentence})` : ""}`,
          ),
          "",
          ...(entries.length > 0 ? entries.map(lineOf) : ["Nothing was told of this order."]),
        ],
      };
    },
  },
  {
    name: "audit verify",
    summary: "looks whether anybody touched the record",
    async run({ client }) {
      const document = await client.audit.verify();
      const { ok, entries, head, faults } = document;
      return {
        document,
        ok,
        lines: ok
          ? [`The chain of ${entries} entries holds.${head ? ` It ends at ${head.seq} ${head.hash}.` : ""}`]
          : [
              `The chain of ${entries} entries does not hold:`,
              ...faults.map(({ seq, fault }) => `  entry ${seq}: ${fault}`),
            ],
      };
    },
  },
];

function lineOf({ at, sentence }: TimelineEntry): string {
  return `${at}  ${sentence}`;
}
