import type { InferContractRouterInputs } from "@orpc/contract";
import type { Contract } from "@webxkey/core/contract";
import type { ClientCommand, Given } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { type Report, table } from "../report.ts";

type KeyInput = InferContractRouterInputs<Contract>["keys"]["create"];

export const keyCommands: readonly ClientCommand[] = [
  {
    name: "key create",
    summary: "makes a key and shows it, once",
    arguments: ["NAME"],
    options: [
      { name: "kind", value: "KIND", help: "service (for a program; the default) or personal (yours)" },
      { name: "scope", value: "SCOPE", help: "what a service key may do, such as event:publish", many: true },
      { name: "days", value: "DAYS", help: "when it ends; a personal key within 90 days" },
    ],
    async run({ client, ...given }) {
      const document = await client.keys.create(keyInput(given));
      return { document, lines: newKeyLines(document) };
    },
  },
  {
    name: "key list",
    summary: "the keys, never their values",
    async run({ client }) {
      const document = await client.keys.list();
      const rows = document.keys.map((key) => [
        key.key_id,
        key.name,
        key.user_id ? `personal, ${key.user_id}` : key.scopes.join(" "),
        key.revoked_at ? "revoked" : (key.expires_at ?? "no end"),
        key.last_used_at,
      ]);
      return { document, lines: table(["KEY", "NAME", "MAY", "ENDS", "LAST USED"], rows) };
    },
  },
  {
    name: "key revoke",
    summary: "ends a key at once",
    arguments: ["KEY"],
    async run({ client, argument }) {
      const document = await client.keys.revoke({ key_id: argument("KEY") });
      return { document, lines: [`The key ${document.name} does not work any more.`] };
    },
  },
];

function keyInput({ argument, optional, many }: Given): KeyInput {
  const kind = optional("kind") ?? "service";
  const days = optional("days");
  // The gateway says what a number of days may be; here only that it is one.
  const end = days === undefined ? {} : { expires_in_days: Number(days) };
  const name = argument("NAME");
  if (kind === "personal") return { kind, name, ...end };
  if (kind !== "service") throw new WrongUsage("--kind is service or personal.");
  const scopes = many("scope") as NonNullable<Extract<KeyInput, { kind: "service" }>["scopes"]>;
  return { kind, name, ...end, ...(scopes.length > 0 && { scopes }) };
}

function newKeyLines(key: {
  name: string;
  key: string;
  scopes: readonly string[];
  expires_at: string | null;
  signing_secret: string | null;
}): Report["lines"] {
  return [
    `The key ${key.name} is made (${key.scopes.join(", ") || "with your own role"}; ${
      key.expires_at ? `ends ${key.expires_at}` : "no end of its own"
    }). Shown this once:`,
    `  key             ${key.key}`,
    ...(key.signing_secret ? [`  signing secret  ${key.signing_secret}`] : []),
  ];
}
