import {
  didYouMean,
  MESSAGE_STATES,
  type MessageState,
  type MessageSummary,
  type TimelineEntry,
} from "@webxkey/core/contract";
import type { GatewayClient } from "../client.ts";
import type { ClientCommand } from "../command.ts";
import { Failure, WrongUsage } from "../failure.ts";
import { counted, minuteOf, type Report, table } from "../report.ts";
import { wrongId } from "../wrong-id.ts";

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
      if (document.messages.length === 0) await requireRule(client, rule);
      const rows = document.messages.map((message) => [
        message.message_id,
        minuteOf(message.created_at),
        message.entity.label ?? message.entity.ref,
        message.recipient,
        message.rule_id,
        message.state,
        message.reason?.sentence ?? "",
      ]);
      return {
        document,
        lines: [
          ...table(["MESSAGE", "MADE", "ABOUT", "TO", "RULE", "STATE", "WHY"], rows),
          ...(document.next_cursor ? [`There are more: --cursor ${document.next_cursor}`] : []),
          ...(document.messages.some(({ actions }) => actions.includes("release"))
            ? [
                '"webxkey message release MESSAGE" sends one that needs your decision, "message cancel MESSAGE" never does.',
              ]
            : []),
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
          ...document.actions.map(
            (action) => `To ${action} it: webxkey message ${action} ${document.message_id}`,
          ),
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
      return { document, lines: [...decidedLines(document), whatNext(document)] };
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
      if (entries.length === 0)
        return {
          document,
          ok: false,
          lines: [
            `No shop has reported an order ${entity.ref}. Compare its number; "webxkey connection list" says when each shop was last heard of.`,
          ],
        };
      return {
        document,
        lines: [
          `${entity.label ?? entity.ref}: ${counted(messages.length, "message")}`,
          ...messages.map(
            ({ rule_id, state, reason }) => `  ${rule_id}: ${state}${reason ? ` (${reason.sentence})` : ""}`,
          ),
          "",
          ...entries.map(lineOf),
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
          ? [
              `The chain of ${counted(entries, "entry", "entries")} holds.${head ? ` It ends at ${head.seq} ${head.hash}.` : ""}`,
            ]
          : [
              `The chain of ${counted(entries, "entry", "entries")} does not hold:`,
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
  const messages: MessageSummary[] = [];
  const refused: { message_id: string; sentence: string }[] = [];
  for (const message_id of ids) {
    try {
      messages.push(await client.messages[verb]({ message_id }));
    } catch (cause) {
      const error = wrongId(cause, "MESSAGE", message_id);
      // One alone is a refusal of the command; among several the others are decided all the same.
      if (!(error instanceof Failure) || ids.length === 1) throw error;
      refused.push({ message_id, sentence: error.lines[0] ?? error.message });
    }
  }
  return {
    document: { messages, refused },
    lines: [
      ...messages.flatMap(decidedLines),
      ...refused.map(({ message_id, sentence }) => `${message_id} was left as it is: ${sentence}`),
      ...messages.slice(0, 1).map(whatNext),
    ],
    ok: refused.length === 0,
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
  if (message_ids.length === 0) await requireRule(client, rule);
  const done = verb === "release" ? "released" : "cancelled";
  return {
    document: { message_ids },
    lines: [
      message_ids.length === 0
        ? `No message is held for ${reason}${rule ? ` by the rule ${rule}` : ""}, so none was ${done}.`
        : `${counted(message_ids.length, "message was", "messages were")} ${done}.`,
    ],
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

/** @throws Failure naming the rule that was probably meant: one that is misspelled has no messages. */
async function requireRule(client: GatewayClient, rule: string | undefined): Promise<void> {
  if (rule === undefined) return;
  const known = (await client.rules.list()).rules.map(({ rule_id }) => rule_id);
  if (!known.includes(rule)) throw new Failure(`There is no rule "${rule}".${didYouMean(rule, known)}`);
}

function decidedLines({ message_id, state, reason }: MessageSummary): string[] {
  return [`${message_id} is ${state}.`, ...(reason ? [reason.sentence] : [])];
}

function whatNext({ message_id, state }: MessageSummary): string {
  return state === "cancelled"
    ? `It is never sent. Everything that happened to it: webxkey message explain ${message_id}`
    : `What becomes of it: webxkey message show ${message_id}`;
}
