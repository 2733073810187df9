import type { Channel, MessageRecipient } from "../channels/channel.ts";
import { createBatcher } from "../kernel/batcher.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import {
  decideOnGraphError,
  type GraphClient,
  type GraphCredentials,
  type GraphResult,
  retryWaitMs,
  type SentMessage,
  sendMessage,
} from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import { type ClaimedMessage, type ClaimPorts, claim } from "./claim.ts";
import { type Answer, type AnsweredMessage, type RecordPorts, record } from "./record.ts";

/** Messages that one process has on the wire at the same time. */
const IN_FLIGHT_MAX = 64;
/** How long a message waits after a try that never left this machine. */
const NOT_SENT_WAIT_MS = 2_000;

export interface DispatchPorts extends ClaimPorts, RecordPorts {
  readonly channel: Channel;
  readonly graph: GraphClient;
  readonly senders: Senders;
}

/** Sends what is due, `IN_FLIGHT_MAX` at a time. Resolves with how many were looked at; 0 says that nothing is due. */
export function createDispatch(ports: DispatchPorts): () => Promise<number> {
  const submit = createBatcher<AnsweredMessage, void>({
    itemsMax: BATCH_ROWS_MAX,
    flush: async (answered) => {
      await record(ports, answered);
      return answered.map(() => undefined);
    },
  });
  return async () => {
    const { looked, claimed } = await claim(ports, IN_FLIGHT_MAX);
    const credentials = new Map<string, GraphCredentials>();
    for (const { sender } of claimed) {
      if (!credentials.has(sender.senderId))
        credentials.set(sender.senderId, await ports.senders.credentials(sender));
    }
    await Promise.all(
      claimed.map(async (one) => {
        const given = credentials.get(one.sender.senderId);
        if (given) await submit({ claimed: one, answer: await post(ports, one, given) });
      }),
    );
    return looked;
  };
}

async function post(
  { channel, graph, onStep }: DispatchPorts,
  claimed: ClaimedMessage,
  credentials: GraphCredentials,
): Promise<Answer> {
  const to = recipientOf(claimed);
  if (!to) return { kind: "not_sent", ...UNREACHABLE };
  const message = channel.templateMessageBody({
    to,
    name: claimed.template,
    language: claimed.fit.language,
    arguments: claimed.fit.arguments,
    attemptId: claimed.attemptId,
  });
  onStep("post.begun");
  const answer = await sendMessage(graph, {
    phoneNumberId: claimed.sender.phoneNumberId,
    credentials,
    message,
    mayStillSend: () => performance.now() < claimed.sendBefore,
  });
  onStep("post.answered");
  return answerOf(answer, claimed.n);
}

const UNREACHABLE = {
  code: null,
  reason: "no_identity",
  sentence: "The person has neither a phone number nor a WhatsApp user id any more.",
  waitMs: null,
  stopsSender: false,
} as const;

/** The phone where we have one: some templates cannot be sent to a user id. */
function recipientOf({ to }: ClaimedMessage): MessageRecipient | undefined {
  const identity = to.find(({ kind }) => kind === "phone") ?? to.find(({ kind }) => kind === "bsuid");
  return identity && { kind: identity.kind === "phone" ? "phone" : "bsuid", value: identity.value };
}

/** The outcome classes of the send protocol: only what is certainly not sent may be sent again. */
function answerOf(result: GraphResult<SentMessage>, n: number): Answer {
  switch (result.kind) {
    case "ok":
      return { kind: "accepted", wamid: result.body.wamid };
    case "unknown":
      return { kind: "unknown", code: null, reason: result.reason };
    case "not_sent":
      return {
        kind: "not_sent",
        code: null,
        reason: result.reason,
        sentence: "Meta could not be reached",
        waitMs: NOT_SENT_WAIT_MS * 2 ** Math.min(n - 1, 8),
        stopsSender: false,
      };
    case "error": {
      const decision = decideOnGraphError(result.error, result.httpStatus);
      const { code } = result.error;
      if (decision.outcomeClass === "unknown") return { kind: "unknown", code, reason: decision.reasonCode };
      const wait = decision.wait ? retryWaitMs(decision.wait, n, result.headers.retryAfterMs) : 0;
      return {
        kind: "refused",
        code,
        reason: decision.reasonCode,
        sentence: decision.sentence,
        waitMs: decision.retry === "never" ? null : wait,
        stopsSender: decision.reasonCode === "token_invalid",
      };
    }
  }
}
