import { MESSAGE_STATES, type MessageState, type TimelineEntry } from "@webxkey/core/contract";
import type { GatewayClient } from "../client.ts";
import type { ClientCommand } from "../command.ts";
import { WrongUsage } from "../failure.ts";
import { didYouMean } from "../near.ts";
import { type Report, table } from "../report.ts";

const LISTED_MAX = 50;

export const messageCommands: readonly ClientCommand[] = [
  {
    name: "message list",
    summary: "messages, newest first, each with its state and why it is not sent or waits",
    options: [
      { name: "state", value: "STATE", help: MESSAGE_STATES.join(", ") },
      { name: "needs-decision", help: "only those that wait for a person to release or cancel them" },
      { name: "reason", value: "CODE", help: "only those with this reason, such as burst_guard" },
      { name: "rule", value: "RULE", help: "only those of this rule" },
      { name: "order", value: "ORDER", help: "only those about this order" },
      { name: "cursor", value: "CURSOR", help: "go on where the list before ended" },
    ],
    async run({ client, has, optional }) {
      const [state, reason, rule, order, cursor] = ["state", "reason", "rule", "order", "cursor"].map(
        optional,
      );
      const document = await client.messages.list({
        limit: LISTED_MAX,
        ...(state && { state: stateNamed(state) }),
        ...(has("needs-decision") && { hold: "needs_decision" as const }),
        ...(reason && { reason }),
        ...(rule && { rule_id: rule }),
        ...(order && { entity_type: "order" as const, entity_ref: order }),
        ...(cursor && { cursor }),
      });
      const rows = document.messages.map((message) => [
        message.message_id,
        message.created_at.slice(0, 16),
        message.entity.label ?? message.entity.ref,
        message.rule_id,
        message.state,
        message.reason?.sentence ?? "",
      ]);
      return {
        document,
        lines: [
          ...table(["MESSAGE", "MADE", "ABOUT", "RULE", "STATE", "WHY"], rows),
          ...(document.next_cursor ? [`There are more: --cursor ${document.next_cursor}`] : []),
        ],
      };
    },
  },
  {
    name: "message show",
    summary: "one message: its state, until when it is useful, and what can be done with it now",
    arguments: ["MESSAGE"],
    async run({ client, argument }) {
      const { message: document } = await client.messages.timeline({ message_id: argument("MESSAGE") });
      return {
        document,
        lines: [
          `${document.rule_id} about ${document.entity.label ?? document.entity.ref} to ${document.recipient ?? "nobody"}: ${document.state}`,
          ...(document.reason ? [document.reason.sentence] : []),
          `Template ${document.template} (${document.language ?? "no language"}); useful until ${document.useful_until}.`,
          ...document.actions.map((action) => `webxkey message ${action} ${document.message_id}`),
        ],
      };
    },
  },
  deciding("release", "sends held messages that wait for a person"),
  deciding("cancel", "never sends held or waiting messages"),
  {
    name: "message resend",
    summary: "sends a message again that failed or was not sent, while its news is useful",
    arguments: ["MESSAGE"],
    async run({ client, argument }) {
      const document = await client.messages.resend({ message_id: argument("MESSAGE") });
      return { document, lines: [`${document.message_id}: ${document.state}`, ...reasonOf(document)] };
    },
  },
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
          `${entity.label ?? entity.ref}: ${messages.length} ${messages.length === 1 ? "message" : "messages"}`,
          ...messages.map(
            ({ rule_id, state, reason }) => `  ${rule_id}: ${state}${reason ? ` (${reason.sentence})` : ""}`,
          ),
          "",
          ...(entries.length > 0
            ? entries.map(lineOf)
            : [
                `No shop has reported an order ${entity.ref}. Compare its number; "webxkey connection list" says when each shop was last heard of.`,
              ]),
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

/** Named one by one on the line, or all that wait for one reason. */
function deciding(verb: "release" | "cancel", effect: string): ClientCommand {
  return {
    name: `message ${verb}`,
    summary: `${effect}: those named, or all that are held for a reason`,
    rest: "MESSAGE",
    options: [
      { name: "reason", value: "CODE", help: "all that are held for this, such as burst_guard" },
      { name: "rule", value: "RULE", help: "with --reason: only those of this rule" },
    ],
    async run({ client, rest: ids, optional }) {
      const reason = optional("reason");
      if ((ids.length === 0) === (reason === undefined))
        throw new WrongUsage("Name the messages, or give --reason CODE for all that are held for it.");
      return reason === undefined
        ? await decideOnEach(client, verb, ids)
        : await decideOnAll(client, verb, reason, optional("rule"));
    },
  };
}

async function decideOnEach(
  client: GatewayClient,
  verb: "release" | "cancel",
  ids: readonly string[],
): Promise<Report> {
  const messages = [];
  for (const message_id of ids) messages.push(await client.messages[verb]({ message_id }));
  return {
    document: { messages },
    lines: messages.map(({ message_id, state }) => `${message_id}: ${state}`),
  };
}

async function decideOnAll(
  client: GatewayClient,
  verb: "release" | "cancel",
  reason: string,
  rule: string | undefined,
): Promise<Report> {
  const decide = verb === "release" ? client.messages.releaseHeld : client.messages.cancelHeld;
  const message_ids: string[] = [];
  for (let more = true; more; ) {
    const decided = await decide({ reason, ...(rule && { rule_id: rule }) });
    message_ids.push(...decided.message_ids);
    more = decided.more;
  }
  const done = verb === "release" ? "released" : "cancelled";
  return {
    document: { message_ids },
    lines: [`${message_ids.length} ${message_ids.length === 1 ? "message was" : "messages were"} ${done}.`],
  };
}

function stateNamed(state: string): MessageState {
  const found = MESSAGE_STATES.find((one) => one === state);
  if (!found)
    throw new WrongUsage(
      `There is no state ${state}.${didYouMean(state, MESSAGE_STATES)} States: ${MESSAGE_STATES.join(", ")}.`,
    );
  return found;
}

function reasonOf({ reason }: { readonly reason: { readonly sentence: string } | null }): string[] {
  return reason ? [reason.sentence] : [];
}
