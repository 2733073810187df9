import type { Channel, MessageRecipient } from "../channels/channel.ts";
import { createBatcher } from "../kernel/batcher.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import {
  decideOnGraphError,
  type GraphClient,
  type GraphResult,
  type NotSentReason,
  type SentMessage,
  sendMessage,
} from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import { createBreaker } from "./breaker.ts";
import { type ClaimedMessage, type ClaimPorts, claim } from "./claim.ts";
import { identitiesOf } from "./learn-ids.ts";
import { type Answer, type AnsweredMessage, type RecordPorts, record } from "./record.ts";
import { refusalOf } from "./refusal.ts";
import { POLL_MS } from "./worker.ts";

/**
 * Messages that one process has on the wire or in line for it. Twice the client's connections, because a claim takes as long as a
 * call: half of it must bring what they need next, or a busy process sends only what its claims bring.
 */
const IN_FLIGHT_MAX = 400;
/** Claimed or on the wire or waiting to be recorded. */
const OPEN_MAX = 2 * IN_FLIGHT_MAX;
/** How long a message waits after a try that never left this machine. */
const NOT_SENT_WAIT_MS = 2_000;
/** A claim for less than this part of what may be in flight waits for more to come free, so that work stays in sets. */
const CLAIM_PART = 2;
/** How long answers gather in a busy time before they are recorded together. */
const GATHER_MS = 5;
/** How long a message waits whose number has no readable credentials. */
const NO_CREDENTIALS_WAIT_MS = 60_000;

export interface DispatchPorts extends ClaimPorts, RecordPorts {
  readonly channel: Channel;
  readonly graph: GraphClient;
  readonly senders: Senders;
}

export interface Dispatcher {
  /** Claims and starts to send what is due and has room. Resolves with how long the next look may wait. */
  readonly round: () => Promise<number>;
  /** Resolves when everything claimed was sent and recorded. */
  readonly drained: () => Promise<void>;
}

/** Sends what is due: while some messages are on the wire the next are claimed, and answers are recorded in sets. */
export function createDispatcher(ports: DispatchPorts): Dispatcher {
  const breaker = createBreaker(IN_FLIGHT_MAX);
  const open = new Set<Promise<void>>();
  let inFlight = 0;
  let roomMade = (): void => undefined;
  const submit = createBatcher<AnsweredMessage, void>({
    itemsMax: BATCH_ROWS_MAX,
    gatherMs: GATHER_MS,
    flush: async (answered) => {
      await record(ports, answered);
      return answered.map(() => undefined);
    },
  });

  async function send(claimed: ClaimedMessage): Promise<void> {
    const answer = await post(ports, claimed);
    inFlight -= 1;
    if (isFailure(answer)) breaker.failed(performance.now());
    else breaker.answered();
    roomMade();
    try {
      await submit({ claimed, answer });
    } catch (error) {
      // The lease runs out, the outcome becomes unknown, and its status settles it.
      ports.log.error("record.failed", {
        message_id: claimed.messageId,
        attempt_id: claimed.attemptId,
        error,
      });
    }
  }

  function start(claimed: ClaimedMessage): void {
    inFlight += 1;
    const sending = send(claimed).finally(() => {
      open.delete(sending);
      roomMade();
    });
    open.add(sending);
  }

  /** Waits until enough is free for a claim that is worth its transaction. */
  async function room(): Promise<number> {
    for (;;) {
      const limit = breaker.limit(performance.now());
      const free = Math.min(limit - inFlight, OPEN_MAX - open.size);
      if (free >= Math.max(1, Math.ceil(limit / CLAIM_PART))) return free;
      if (open.size === 0) return 0;
      await new Promise<void>((resolve) => {
        roomMade = resolve;
      });
    }
  }

  return {
    async round() {
      const free = await room();
      if (free === 0) return Math.max(1, breaker.nextTryMs() - performance.now());
      const { claimed, waitMs } = await claim(ports, free);
      for (const one of claimed) start(one);
      return Math.min(waitMs ?? POLL_MS, POLL_MS);
    },
    async drained() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

/** Whether an answer says something about Meta's health, and nothing good. */
function isFailure(answer: Answer): boolean {
  return answer.kind === "unknown" || (answer.kind === "not_sent" && TRANSPORT.has(answer.reason));
}

const TRANSPORT: ReadonlySet<string> = new Set<NotSentReason>([
  "dns",
  "connect_refused",
  "connect_timeout",
  "connect_failed",
  "tls",
  "deadline_before_write",
]);

const NO_CREDENTIALS: Answer = {
  kind: "not_sent",
  code: null,
  reason: "no_credentials",
  meaning: "The number's credentials cannot be read",
  sentence: "The number's credentials cannot be read: connect it again.",
  waitMs: NO_CREDENTIALS_WAIT_MS,
  pauses: "number",
  holds: null,
};

async function post(
  { channel, graph, windows, onStep }: DispatchPorts,
  claimed: ClaimedMessage,
): Promise<Answer> {
  const { credentials } = claimed;
  if (!credentials) return NO_CREDENTIALS;
  const to = recipientOf(claimed);
  if (!to) return UNREACHABLE;
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
  return answerOf(channel, answer, claimed.n, windows.metaWaitMsMax);
}

const UNREACHABLE: Answer = {
  kind: "not_sent",
  code: null,
  reason: "no_identity",
  meaning: "The person has neither a phone number nor a WhatsApp user id any more",
  sentence: "The person has neither a phone number nor a WhatsApp user id any more.",
  waitMs: null,
  pauses: "message",
  holds: null,
};

/** The phone where we have one: some templates cannot be sent to a user id. */
function recipientOf({ to }: ClaimedMessage): MessageRecipient | undefined {
  const identity = to.find(({ kind }) => kind === "phone") ?? to.find(({ kind }) => kind === "bsuid");
  return identity && { kind: identity.kind === "phone" ? "phone" : "bsuid", value: identity.value };
}

/** The outcome classes of the send protocol: only what is certainly not sent may be sent again. */
function answerOf(channel: Channel, result: GraphResult<SentMessage>, n: number, waitMsMax: number): Answer {
  switch (result.kind) {
    case "ok":
      return {
        kind: "accepted",
        wamid: result.body.wamid,
        recipient: channel.recipientsOf(result.body).flatMap(identitiesOf),
      };
    case "unknown":
      return { kind: "unknown", code: null, reason: result.reason };
    case "not_sent":
      return {
        kind: "not_sent",
        code: null,
        reason: result.reason,
        meaning: "Meta could not be reached",
        sentence: "Meta could not be reached.",
        waitMs: NOT_SENT_WAIT_MS * 2 ** Math.min(n - 1, 8),
        pauses: "message",
        holds: null,
      };
    case "error": {
      const decision = decideOnGraphError(result.error, result.httpStatus);
      const { code } = result.error;
      if (decision.outcomeClass === "unknown") return { kind: "unknown", code, reason: decision.reasonCode };
      return refusalOf(decision, code, n, { retryAfterMs: result.headers.retryAfterMs, waitMsMax });
    }
  }
}
