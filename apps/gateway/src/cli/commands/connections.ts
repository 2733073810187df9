import type { InferContractRouterInputs } from "@orpc/contract";
import type {
  ChangedConnection,
  ConnectionDetail,
  ConnectionSummary,
  ConnectorSummary,
  Contract,
  ShownConnection,
} from "@webxkey/core/contract";
import type { ClientSettings } from "../../env.ts";
import type { ClientCommand, ClientContext } from "../command.ts";
import { Failure } from "../failure.ts";
import { readJson } from "../json-file.ts";
import { counted, minuteOf, table } from "../report.ts";
import { connectorNamed, settingLines, settingsFor } from "./connection-form.ts";

type CreateInput = InferContractRouterInputs<Contract>["connections"]["create"];

const CONSENTS = {
  name: "consents",
  value: "FILE",
  help: "a JSON file with the fields that say consent",
} as const;
const OWN_SECRET = {
  name: "own-secret",
  help: "the platform made the secret: it is read from WEBXKEY_WEBHOOK_SECRET or standard input",
} as const;

const NOW = { name: "now", help: "the old one ends at once, because somebody else has it" } as const;

/** What a platform's API is called with comes from a file, and what it signs with from the environment or standard input. */
export function connectionCommands({
  webhookSecret,
}: Pick<ClientSettings, "webhookSecret">): readonly ClientCommand[] {
  const ownSecret = async ({ has, terminal }: ClientContext) =>
    has("own-secret")
      ? {
          webhook_secret:
            webhookSecret?.reveal() ?? (await terminal.readSecret("webhook secret (WEBXKEY_WEBHOOK_SECRET)")),
        }
      : {};
  return [
    {
      name: "connection create",
      summary: "connects a shop whose platform posts webhooks, and shows its address and secret, once",
      arguments: ["CONNECTOR"],
      options: [
        { name: "name", value: "NAME", help: "the shop's name that people see; asked for unless told" },
        {
          name: "settings",
          value: "FILE",
          help: "a JSON file with what the connector asks for, which is otherwise asked here",
        },
        { name: "source", value: "URI", help: "the source of its events; made here unless told" },
        CONSENTS,
        OWN_SECRET,
      ],
      async run(context) {
        const { client, terminal, argument, optional } = context;
        const connector = await connectorNamed(context, argument("CONNECTOR"));
        const source = optional("source");
        const document = await client.connections.create({
          connector: connector.id,
          name: optional("name") ?? (await terminal.readLine("name of the shop")),
          settings: await settingsFor(context, connector),
          ...(source !== undefined && { source }),
          ...(await consentsIn(context)),
          ...(await ownSecret(context)),
        });
        const lines = [
          ...statusLines(document, `${document.name} is connected.`),
          ...sameShopLines(document),
          ...shownLines(document),
          ...(optional("consents") === undefined ? [] : consentLines(document)),
          ...setupLines(connector),
        ];
        return { document, lines, ok: isRead(document) };
      },
    },
    {
      name: "connection update",
      summary: "changes a shop's name, its settings with their credentials, or its consent fields",
      arguments: ["CONNECTION"],
      options: [
        { name: "name", value: "NAME", help: "the shop's name that people see" },
        {
          name: "settings",
          value: "FILE",
          help: "a JSON file with all settings; asked here where nothing else is to be changed",
        },
        CONSENTS,
      ],
      async run(context) {
        const { client, argument, optional } = context;
        const connection_id = argument("CONNECTION");
        const name = optional("name");
        const isAsked = name === undefined && optional("consents") === undefined;
        const isSettings = isAsked || optional("settings") !== undefined;
        const { connector } = await client.connections.show({ connection_id });
        const document = await client.connections.update({
          connection_id,
          ...(name !== undefined && { name }),
          ...(isSettings && {
            settings: await settingsFor(context, await connectorNamed(context, connector)),
          }),
          ...(await consentsIn(context)),
        });
        const lines = [
          ...statusLines(document, `${document.name} is changed.`),
          ...sameShopLines(document),
          ...(optional("consents") === undefined ? [] : consentLines(document)),
        ];
        return { document, lines, ok: isRead(document) };
      },
    },
    {
      name: "connection test",
      summary: "asks the shop a question that changes nothing, and says what stands in the way",
      arguments: ["CONNECTION"],
      async run({ client, argument }) {
        const document = await client.connections.test({ connection_id: argument("CONNECTION") });
        const lines = statusLines(document, `${document.name} answers.`);
        return { document, lines, ok: isRead(document) };
      },
    },
    {
      name: "connection list",
      summary: "the connected shops, when each was last heard of, and what went wrong",
      async run({ client }) {
        const document = await client.connections.list();
        const rows = document.connections.map((one) => [
          one.connection_id,
          one.connector,
          one.name,
          one.state,
          one.last_delivery_at === null ? "never" : minuteOf(one.last_delivery_at),
          one.facts.waiting,
          one.facts.parked,
          gravest(one)?.sentence ?? (one.last_problem && `over: ${one.last_problem.sentence}`),
        ]);
        const known = document.connectors.map(({ id }) => id).join(", ") || "none";
        const heads = [
          "CONNECTION",
          "CONNECTOR",
          "NAME",
          "STATE",
          "LAST DELIVERY",
          "TO READ",
          "GIVEN UP",
          "PROBLEM",
        ];
        const none = 'No shop is connected. "webxkey connection create CONNECTOR" connects one.';
        return { document, lines: [...table(heads, rows, none), `Connectors of this gateway: ${known}.`] };
      },
    },
    {
      name: "connection show",
      summary: "one shop: what went wrong, what waits and why, and until when what was rotated still counts",
      arguments: ["CONNECTION"],
      async run({ client, argument }) {
        const document = await client.connections.show({ connection_id: argument("CONNECTION") });
        return { document, lines: detailLines(document) };
      },
    },
    {
      name: "connection rotate-address",
      summary: "gives a shop a new address and shows it, once; the old one works for a day longer",
      arguments: ["CONNECTION"],
      options: [NOW],
      async run({ client, argument, has }) {
        const document = await client.connections.rotateAddress({
          connection_id: argument("CONNECTION"),
          now: has("now"),
        });
        return { document, lines: shownLines(document) };
      },
    },
    {
      name: "connection rotate-secret",
      summary: "gives a shop's webhook a new secret; the old one verifies for a day longer",
      arguments: ["CONNECTION"],
      options: [OWN_SECRET, NOW],
      async run(context) {
        const document = await context.client.connections.rotateSecret({
          connection_id: context.argument("CONNECTION"),
          now: context.has("now"),
          ...(await ownSecret(context)),
        });
        return { document, lines: [`${document.name} has a new secret.`, ...shownLines(document)] };
      },
    },
    ...(["pause", "resume"] as const).map(
      (verb): ClientCommand => ({
        name: `connection ${verb}`,
        summary:
          verb === "pause"
            ? "nothing more is read of the shop; what its platform posts is kept where it can be read later"
            : "goes on, with what was posted meanwhile",
        arguments: ["CONNECTION"],
        async run({ client, argument }) {
          const document = await client.connections.update({
            connection_id: argument("CONNECTION"),
            state: verb === "pause" ? "paused" : "active",
          });
          return { document, lines: [`${document.name} is ${document.state}.`] };
        },
      }),
    ),
    {
      name: "connection retry",
      summary: "polls the shop and reads at once what waits for its next try or was given up",
      arguments: ["CONNECTION"],
      async run({ client, argument }) {
        const connection_id = argument("CONNECTION");
        const document = await client.connections.retry({ connection_id });
        const one = await client.connections.show({ connection_id });
        const polled =
          document.found === null || !isRead(one)
            ? []
            : [`The poll found ${counted(document.found, "fact")} that no delivery had told.`];
        const again = `${counted(document.retried, "fact is", "facts are")} read again.`;
        const lines = [again, ...polled, ...problemLines(one)];
        return { document, lines };
      },
    },
    {
      name: "connection remove",
      summary: "ends a connection and its address; what was published stays",
      arguments: ["CONNECTION"],
      options: [{ name: "yes", help: "really" }],
      async run({ client, argument, has }) {
        if (!has("yes")) throw new Failure("This cannot be undone: say --yes.");
        const document = await client.connections.remove({ connection_id: argument("CONNECTION") });
        return { document, lines: ["The connection is gone."] };
      },
    },
  ];
}

function sameShopLines({ same_shop_as }: ChangedConnection): string[] {
  if (same_shop_as === null) return [];
  return [
    `The connection ${same_shop_as} reads the same shop, so each order would be told twice. Remove one of the two: webxkey connection remove CONNECTION --yes.`,
  ];
}

/** What is wrong now, each with what to do. */
function problemLines({ problems }: Pick<ConnectionSummary, "problems">): string[] {
  if (problems.length === 0) return ["Nothing is wrong now."];
  return problems.map(({ since, entity_ref, sentence, times }) => {
    const about = entity_ref === null ? "" : `${entity_ref}: `;
    return `Problem since ${since}${times > 1 ? `, ${times} times` : ""}: ${about}${sentence}`;
  });
}

/** What keeps the shop from being read goes before what happened there. */
function gravest({
  problems,
}: Pick<ConnectionSummary, "problems">): ConnectionSummary["problems"][number] | undefined {
  return problems.find(({ stops_reading }) => stops_reading) ?? problems[0];
}

/** Other problems, such as webhooks that are off, keep nobody from reading the shop. */
function isRead({ problems }: Pick<ConnectionSummary, "problems">): boolean {
  return !problems.some(({ stops_reading }) => stops_reading);
}

/** What was done, or what stands in the way of it. */
function statusLines(one: ConnectionSummary, done: string): string[] {
  if (isRead(one)) return one.problems.length === 0 ? [done] : [done, ...problemLines(one)];
  return [
    `${one.name} is stored, and the shop cannot be read yet.`,
    ...problemLines(one),
    `Mend it, by "webxkey connection update ${one.connection_id}" where settings are wrong, then "webxkey connection test ${one.connection_id}".`,
  ];
}

/** The fields that count as a buyer's consent there, in words. */
function consentLines({
  consent_sentences,
}: Pick<ConnectionSummary, "consent_sentences">): readonly string[] {
  if (consent_sentences.length > 0) return consent_sentences;
  return ["No field of its orders counts as a consent: --consents names one."];
}

function setupLines(connector: ConnectorSummary): string[] {
  const { setup } = connector;
  return [
    ...(setup
      ? [
          `At the platform: ${setup.webhooks}`,
          `A field that can say consent, for --consents: ${setup.consent_field}`,
        ]
      : []),
    ...settingLines(connector),
  ];
}

async function consentsIn({
  terminal,
  optional,
}: ClientContext): Promise<Pick<CreateInput, "consent_mapping">> {
  const file = optional("consents");
  if (file === undefined) return {};
  return { consent_mapping: (await readJson(terminal, file)) as NonNullable<CreateInput["consent_mapping"]> };
}

function detailLines(one: ConnectionDetail): string[] {
  const { facts, last_problem, old_address_until, old_secret_until } = one;
  const rows = one.untold.map((fact) => [
    fact.entity_ref,
    fact.tells,
    STANDINGS[fact.standing],
    fact.since,
    fact.tries,
    fact.next_try_at,
    fact.reason.sentence,
  ]);
  return [
    `${one.name} (${one.connector}): ${one.state}.`,
    `Its events have the source ${one.source}. Connected ${one.installed_at}, last heard of ${one.last_delivery_at ?? "never"}.`,
    ...(old_address_until
      ? [`The address before the last rotation leads here until ${old_address_until}: enter the new one.`]
      : []),
    ...(old_secret_until
      ? [`The secret before the last rotation verifies until ${old_secret_until}: enter the new one.`]
      : []),
    ...consentLines(one),
    ...problemLines(one),
    ...(one.problems.length === 0 && last_problem
      ? [`Last problem, over: ${last_problem.at} ${last_problem.sentence}`]
      : []),
    `To be looked up at the platform: ${facts.waiting}. Given up: ${facts.parked}.`,
    "",
    ...table(
      ["ABOUT", "TELLS", "STANDS", "SINCE", "TRIES", "NEXT TRY", "WHY"],
      rows,
      "Nothing waits, and nothing was left untold.",
    ),
  ];
}

const STANDINGS = { waiting: "waits", given_up: "given up", not_told: "not told" } as const;

function shownLines({ webhook_url, webhook_secret }: ShownConnection): string[] {
  return [
    ...(webhook_url || webhook_secret ? ["Enter at the platform, shown this once:"] : []),
    ...(webhook_url ? [`  address  ${webhook_url}`] : []),
    ...(webhook_secret ? [`  secret   ${webhook_secret}`] : []),
  ];
}
