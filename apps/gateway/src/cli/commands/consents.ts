import type { InferContractRouterInputs } from "@orpc/contract";
import type { Contract } from "@webxkey/core/contract";
import { now } from "../../env.ts";
import type { ClientCommand, Given, Option } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { table } from "../report.ts";

type GrantInput = InferContractRouterInputs<Contract>["consents"]["grant"];
type Identity = GrantInput["identity"];

const who: readonly Option[] = [
  { name: "phone", value: "NUMBER", help: "the person's number, such as +16505551234" },
  { name: "bsuid", value: "ID", help: "or their business-scoped user id, where no number is known" },
];

export const consentCommands: readonly ClientCommand[] = [
  {
    name: "consent grant",
    summary: "records what a person agreed to, with the words they saw; it never lifts a withdrawal",
    options: [
      ...who,
      {
        name: "purpose",
        value: "PURPOSE",
        help: "order-updates, account, support or marketing",
        required: true,
      },
      { name: "wording", value: "ID", help: "a stable name of the text beside the box", required: true },
      { name: "wording-version", value: "VERSION", help: "its version", required: true },
      { name: "language", value: "TAG", help: "its language, such as en", required: true },
      { name: "text", value: "TEXT", help: "the exact text that the person saw", required: true },
      { name: "evidence", value: "TEXT", help: "where it can be looked up again", required: true },
      { name: "method", value: "METHOD", help: "form (the default), import or admin" },
      { name: "at", value: "TIME", help: "when, in RFC 3339; now unless told" },
    ],
    async run({ client, ...given }) {
      const { option, optional } = given;
      const document = await client.consents.grant({
        identity: identityOf(given),
        purpose: option("purpose") as GrantInput["purpose"],
        channel: "whatsapp",
        wording: {
          id: option("wording"),
          version: option("wording-version"),
          language: option("language"),
          text: option("text"),
        },
        method: (optional("method") ?? "form") as GrantInput["method"],
        evidence: option("evidence"),
        occurred_at: optional("at") ?? now().toISOString(),
      });
      return { document, lines: [`Recorded: ${document.purpose} on WhatsApp, ${document.state}.`] };
    },
  },
  {
    name: "consent withdraw",
    summary: "records that a person wants no more messages, from this moment on",
    options: [
      ...who,
      { name: "purpose", value: "PURPOSE", help: "only this one; every purpose unless told" },
      { name: "evidence", value: "TEXT", help: "where it can be looked up again", required: true },
    ],
    async run({ client, ...given }) {
      const purpose = given.optional("purpose");
      const document = await client.consents.withdraw({
        identity: identityOf(given),
        channel: "whatsapp",
        evidence: given.option("evidence"),
        ...(purpose !== undefined && { purpose: purpose as GrantInput["purpose"] }),
      });
      return { document, lines: [`${document.withdrawn} withdrawals are recorded.`] };
    },
  },
  {
    name: "consent show",
    summary: "what a person agreed to and withdrew, oldest first",
    options: who,
    async run({ client, ...given }) {
      const document = await client.consents.show({ identity: identityOf(given) });
      const rows = document.consents.map((consent) => [
        consent.occurred_at,
        consent.purpose,
        `${consent.state}, ${consent.assurance}`,
        consent.method,
        consent.wording ? `"${consent.wording.text}"` : null,
      ]);
      const heads = ["WHEN", "PURPOSE", "STATE", "METHOD", "WORDS"];
      return { document, lines: table(heads, rows, "Nothing is recorded of this person.") };
    },
  },
];

function identityOf({ optional }: Given): Identity {
  const phone = optional("phone");
  const bsuid = optional("bsuid");
  if (phone !== undefined && bsuid === undefined) return { kind: "phone", value: phone };
  if (bsuid !== undefined && phone === undefined) return { kind: "bsuid", value: bsuid };
  throw new WrongUsage("Name the person with --phone or with --bsuid.");
}
