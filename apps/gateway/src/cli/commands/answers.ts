import type { AnswerSummary } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { table } from "../report.ts";

/** What customers write back, until conversations are shown somewhere else. */
export const answerCommands: readonly ClientCommand[] = [
  {
    name: "answer list",
    summary: "what customers answered, newest first, with the order it is about",
    options: [
      { name: "unread", help: "only what nobody has marked as read" },
      { name: "order", value: "ORDER", help: "only what is about this order" },
    ],
    async run({ client, has, optional }) {
      const order = optional("order");
      const document = await client.answers.list({
        ...(has("unread") && { unread: "true" }),
        ...(order !== undefined && { entity_type: "order", entity_ref: order }),
      });
      const rows = document.answers.map((answer) => [
        answer.answer_id,
        answer.at,
        aboutOf(answer),
        answer.from ?? "unknown",
        answer.read_at === null ? "unread" : `read by ${answer.read_by}`,
        answer.text ?? `(${answer.kind})`,
      ]);
      const heads = ["ANSWER", "AT", "ABOUT", "FROM", "STATE", "TEXT"];
      return {
        document,
        lines: [...table(heads, rows, "No answers."), "", `${document.unread} unread.`],
      };
    },
  },
  {
    name: "answer read",
    summary: "marks an answer as read; the customer is told nothing",
    arguments: ["ANSWER"],
    async run({ client, argument }) {
      const document = await client.answers.read({ answer_ids: [argument("ANSWER")] });
      return {
        document,
        lines: [
          `${document.marked === 1 ? "Marked as read." : "Nothing to mark: it was read before, or there is no such answer."} ${document.unread} unread.`,
        ],
      };
    },
  },
];

function aboutOf({ entity }: AnswerSummary): string {
  return entity === null ? "–" : `${entity.type} ${entity.label ?? entity.ref}`;
}
