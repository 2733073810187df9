import type { ClientCommand } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { minuteOf, table } from "../report.ts";

export const unsureCommands: readonly ClientCommand[] = [
  {
    name: "unsure list",
    summary:
      "messages that may mean stop: until one is answered, nothing but security notices goes to its person",
    async run({ client }) {
      const document = await client.unsure.list();
      const rows = document.unsure.map((one) => [
        one.case_id,
        minuteOf(one.written_at),
        one.from,
        String(one.held),
        one.text,
      ]);
      return {
        document,
        lines: [
          ...table(["CASE", "WRITTEN", "FROM", "HELD", "TEXT"], rows, "Nothing is unsure."),
          ...(rows.length > 0
            ? ['"webxkey unsure answer CASE" with --opt-out or --carry-on says what one means.']
            : []),
        ],
      };
    },
  },
  {
    name: "unsure answer",
    summary: "says what such a message means",
    arguments: ["CASE"],
    options: [
      { name: "opt-out", help: "it means stop: the person gets nothing more" },
      { name: "carry-on", help: "it does not: what was held goes on" },
    ],
    async run({ client, argument, has }) {
      if (has("opt-out") === has("carry-on")) throw new WrongUsage("Say --opt-out or --carry-on.");
      const answer = has("opt-out") ? "opt_out" : "carry_on";
      const document = await client.unsure.answer({ case_id: argument("CASE"), answer });
      return {
        document,
        lines: [answer === "opt_out" ? "The person is opted out." : "What was held for the person goes on."],
      };
    },
  },
];
