import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { InferContractRouterInputs } from "@orpc/contract";
import type { Contract } from "@webxkey/core/contract";
import { now } from "../../env.ts";
import type { ClientCommand, Given, Option } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { counted, table } from "../report.ts";
import type { Terminal } from "../terminal.ts";
import { personalOption } from "./personal.ts";

type ImportInput = InferContractRouterInputs<Contract>["consents"]["import"];
type WithdrawInput = InferContractRouterInputs<Contract>["consents"]["withdraw"];
type GrantInput = InferContractRouterInputs<Contract>["consents"]["grant"];
type Identity = GrantInput["identity"];

const who: readonly Option[] = [
  { name: "phone", value: "-", help: "the person's number, such as +16505551234: a line of standard input" },
  { name: "bsuid", value: "-", help: "or their business-scoped user id, where no number is known: likewise" },
];

const evidence: Option = {
  name: "evidence",
  value: "-",
  help: "where it can be looked up again: a line of standard input, after the person's",
  required: true,
};

const words: readonly Option[] = [
  { name: "wording", value: "ID", help: "the name of the words; see wording list", required: true },
  { name: "wording-version", value: "VERSION", help: "their version", required: true },
  { name: "language", value: "TAG", help: "their language, such as en", required: true },
  { name: "at", value: "TIME", help: "when, in RFC 3339; now unless told" },
];

/** Numbers in one request. */
const IMPORTED_AT_ONCE = 500;

export const consentCommands: readonly ClientCommand[] = [
  {
    name: "consent grant",
    summary: "records what a person agreed to, in words that are kept",
    options: [
      ...who,
      ...words,
      {
        name: "order",
        value: "ID",
        help: "the order that it came with; a service key has to name one, and the consent counts for it alone",
      },
      { name: "reason", value: "TEXT", help: "why it is recorded; with a personal key" },
      {
        name: "lifts",
        value: "CONSENT",
        help: "the withdrawal that the person took back; with a personal key",
      },
      evidence,
      { name: "method", value: "METHOD", help: "form (the default), checkout_box or admin" },
    ],
    async run({ client, terminal, ...given }) {
      const { optional } = given;
      const order = optional("order");
      const document = await client.consents.grant({
        identity: await identityOf(terminal, given),
        channel: "whatsapp",
        ...wordsOf(given),
        method: (optional("method") ?? "form") as GrantInput["method"],
        evidence: (await personalOption(terminal, given, "evidence")) ?? "",
        ...(order !== undefined && { entity: { type: "order", ref: order } }),
        reason: optional("reason"),
        lifts: optional("lifts"),
      });
      return {
        document,
        lines: [`Recorded: ${document.purpose} on WhatsApp, ${document.state}, ${document.assurance}.`],
      };
    },
  },
  {
    name: "consent import",
    summary: "records the same consent of many people; their numbers are lines of standard input",
    options: [
      ...words,
      { name: "evidence-file", value: "FILE", help: "the file that proves it; keep it", required: true },
      { name: "reason", value: "TEXT", help: "where these people agreed", required: true },
      { name: "country", value: "CODE", help: "of numbers without their country's code, such as LK" },
    ],
    async run({ client, terminal, ...given }) {
      const { option, optional } = given;
      const evidence_file = evidenceOf(
        option("evidence-file"),
        await terminal.readBytes(option("evidence-file")),
      );
      const lines = (await terminal.readText("-")).split(/\r?\n/).map((line) => line.trim());
      const people = lines.flatMap((phone, index) => (phone === "" ? [] : [{ phone, line: index + 1 }]));
      if (people.length === 0) throw new WrongUsage("Give the phone numbers on standard input, one a line.");
      const document = {
        attested: 0,
        people_known: 0,
        opted_out: [] as number[],
        unreadable: [] as number[],
      };
      for (let from = 0; from < people.length; from += IMPORTED_AT_ONCE) {
        const part = people.slice(from, from + IMPORTED_AT_ONCE);
        const told = await client.consents.import({
          phones: part.map(({ phone }) => phone),
          channel: "whatsapp",
          ...wordsOf(given),
          evidence_file,
          reason: option("reason"),
          country: optional("country"),
        });
        const linesOf = (places: readonly number[]) => places.flatMap((place) => part[place]?.line ?? []);
        document.attested += told.attested;
        document.people_known += told.people_known;
        document.opted_out.push(...linesOf(told.opted_out));
        document.unreadable.push(...linesOf(told.unreadable));
      }
      return { document, lines: importLines(document), ok: document.unreadable.length === 0 };
    },
  },
  {
    name: "consent withdraw",
    summary: "records that a person wants no more messages, from this moment on",
    options: [
      ...who,
      { name: "purpose", value: "PURPOSE", help: "only this one; every purpose unless told" },
      evidence,
    ],
    async run({ client, terminal, ...given }) {
      const purpose = given.optional("purpose");
      const document = await client.consents.withdraw({
        identity: await identityOf(terminal, given),
        channel: "whatsapp",
        evidence: (await personalOption(terminal, given, "evidence")) ?? "",
        ...(purpose !== undefined && { purpose: purpose as NonNullable<WithdrawInput["purpose"]> }),
      });
      const met =
        document.people_known === 0
          ? "Nobody was known by it until now; the withdrawal stands for whoever orders with it."
          : `People known by it: ${document.people_known}.`;
      const recorded = `${counted(document.withdrawn, "withdrawal is", "withdrawals are")} recorded.`;
      return { document, lines: [`${recorded} ${met}`] };
    },
  },
  {
    name: "consent show",
    summary: "what a person agreed to and withdrew, oldest first",
    options: who,
    async run({ client, terminal, ...given }) {
      const document = await client.consents.show({ identity: await identityOf(terminal, given) });
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

function wordsOf({ option, optional }: Given): Pick<GrantInput, "wording" | "occurred_at"> {
  return {
    wording: { id: option("wording"), version: option("wording-version"), language: option("language") },
    occurred_at: optional("at") ?? now().toISOString(),
  };
}

/** The file stays where it is: its hash says later whether it is still the same. */
function evidenceOf(path: string, content: Uint8Array): ImportInput["evidence_file"] {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { name: basename(path), bytes: content.byteLength, sha256 };
}

function importLines(found: { attested: number; opted_out: number[]; unreadable: number[] }): string[] {
  const { attested, opted_out, unreadable } = found;
  return [
    `Recorded for ${counted(attested, "person", "people")}. Marketing counts once each of them answers START on WhatsApp.`,
    ...(opted_out.length > 0 ? [`Opted out, and left so: lines ${opted_out.join(", ")}.`] : []),
    ...(unreadable.length > 0 ? [`No phone number: lines ${unreadable.join(", ")}.`] : []),
  ];
}

async function identityOf(terminal: Terminal, given: Given): Promise<Identity> {
  const [byPhone, byUserId] = ["phone", "bsuid"].map((name) => given.optional(name) !== undefined);
  if (byPhone === byUserId) throw new WrongUsage("Name the person with --phone - or with --bsuid -.");
  const kind = byPhone ? "phone" : "bsuid";
  return { kind, value: (await personalOption(terminal, given, kind)) ?? "" };
}
