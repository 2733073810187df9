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
          ...entries.map(({ at, sentence }) => `${at}  ${sentence}`),
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
