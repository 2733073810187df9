import type { PrivacyRequestSummary, ShownPrivacyRequest } from "@webxkey/core/contract";
import type { ClientCommand } from "../command.ts";
import { table } from "../report.ts";

const ASKS_FOR = {
  access: "to know what is kept",
  erase_person: "to be erased",
  erase_shop: "everybody of a shop that left to be erased",
} as const satisfies Record<PrivacyRequestSummary["kind"], string>;

/** What the law asks for through connected shops: to be seen, and to be answered in time. */
export const privacyCommands: readonly ClientCommand[] = [
  {
    name: "privacy list",
    summary: "what people asked for by law, and by when it has to be done; what is due first stands first",
    async run({ client }) {
      const document = await client.privacyRequests.list();
      const rows = document.privacy_requests.map((one) => [
        one.request_id,
        ASKS_FOR[one.kind],
        one.source,
        one.due_at,
        stateOf(one),
        one.restricted,
      ]);
      const heads = ["REQUEST", "ASKS", "SHOP", "DUE", "STATE", "NOT WRITTEN TO"];
      return { document, lines: table(heads, rows, "Nobody asked for anything.") };
    },
  },
  {
    name: "privacy show",
    summary: "one request with whom it is about; to look is itself in the audit",
    arguments: ["REQUEST"],
    async run({ client, argument }) {
      const document = await client.privacyRequests.show({ request_id: argument("REQUEST") });
      return { document, lines: linesOf(document) };
    },
  },
  {
    name: "privacy answer",
    summary: "closes a wish to know, once the person was given what is kept of them",
    arguments: ["REQUEST"],
    options: [{ name: "note", value: "TEXT", help: "what the person was given, and how", required: true }],
    async run({ client, argument, option }) {
      const document = await client.privacyRequests.answer({
        request_id: argument("REQUEST"),
        note: option("note"),
      });
      return { document, lines: linesOf(document) };
    },
  },
];

function stateOf({ state, overdue }: PrivacyRequestSummary): string {
  return overdue ? "open, OVERDUE" : state;
}

function linesOf(request: ShownPrivacyRequest): string[] {
  const { person, answer } = request;
  const known = [
    person.customer_ref === null ? [] : `customer ${person.customer_ref}`,
    person.phone === null ? [] : `phone ${person.phone}`,
    person.order_refs.length === 0 ? [] : `orders ${person.order_refs.join(", ")}`,
  ].flat();
  return [
    `Asks ${ASKS_FOR[request.kind]}: ${stateOf(request)}.`,
    `From ${request.source} (${request.connector}), received ${request.received_at}, due ${request.due_at}.`,
    `About ${known.join("; ") || (request.kind === "erase_shop" ? "everybody of this shop" : "somebody whom the platform did not name")}.`,
    ...(request.kind === "access" ? [] : [erasureLine(request)]),
    ...(answer ? [`Answered by ${answer.by} at ${answer.at}: ${answer.note}`] : []),
  ];
}

function erasureLine({ restricted }: ShownPrivacyRequest): string {
  return `People who are not written to because of it: ${restricted}. It stays open until they are erased.`;
}
