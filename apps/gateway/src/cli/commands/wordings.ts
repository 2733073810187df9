import type { InferContractRouterInputs } from "@orpc/contract";
import type { Contract } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { table } from "../report.ts";

type Purpose = InferContractRouterInputs<Contract>["wordings"]["create"]["purpose"];

export const wordingCommands: readonly ClientCommand[] = [
  {
    name: "wording create",
    summary: "keeps the exact words beside a box; consent counts only to words that are kept",
    arguments: ["ID"],
    options: [
      {
        name: "purpose",
        value: "PURPOSE",
        help: "what people agree to: order-updates, account, support or marketing",
        required: true,
      },
      { name: "version", value: "VERSION", help: "a new one for each change of the text; 1 unless told" },
      { name: "language", value: "TAG", help: "its language, such as en", required: true },
      { name: "text", value: "TEXT", help: "the text as people see it", required: true },
    ],
    async run({ client, argument, option, optional }) {
      const document = await client.wordings.create({
        id: argument("ID"),
        version: optional("version") ?? "1",
        language: option("language"),
        purpose: option("purpose") as Purpose,
        text: option("text"),
      });
      const { id, version, language, created_at } = document;
      return { document, lines: [`Kept: ${id}, version ${version} (${language}), since ${created_at}.`] };
    },
  },
  {
    name: "wording list",
    summary: "the words that people can agree to, and since when they are kept",
    async run({ client }) {
      const document = await client.wordings.list();
      const rows = document.wordings.map((one) => [
        one.id,
        one.version,
        one.language,
        one.purpose,
        one.created_at,
        `"${one.text}"`,
      ]);
      const heads = ["ID", "VERSION", "LANGUAGE", "PURPOSE", "SINCE", "TEXT"];
      return {
        document,
        lines: table(heads, rows, 'No words are kept. "webxkey wording create" keeps some.'),
      };
    },
  },
];
