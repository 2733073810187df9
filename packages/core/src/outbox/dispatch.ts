import { setTimeout as delay } from "node:timers/promises";
import type { Channel, MessageRecipient } from "../channels/channel.ts";
import type { Stops } from "../consent/index.ts";
import { createBatcher } from "../kernel/batcher.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import {
  decideOnGraphError,
  GRAPH_CONNECTIONS_MAX,
  type GraphClient,
  type GraphResult,
  type NotSentReason,
  type SentMessage,
  sendMessage,
} from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import { createBreaker, type Request } from "./breaker.ts";
import { type ClaimedMessage, type ClaimPorts, claim } from "./claim.ts";
import { createFreshness } from "./freshness.ts";
import { identitiesOf } from "./learn-ids.ts";
import { type Answer, type AnsweredMessage, type RecordPorts, record } from "./record.ts";
import { refusalOf } from "./refusal.ts";
import { POLL_MS } from "./worker.ts";

/**
 * Requests that one process has under way, each on a connection of its own: no more is claimed than there are free connections,
 * so that nothing waits in this process while its person says stop or another process could send it.
 */
const REQUESTS_MAX = GRAPH_CONNECTIONS_MAX;
/** Under way, or waiting to be recorded. */
const OPEN_MAX = 2 * REQUESTS_MAX;
/** How long a message waits after a try that never left this machine. */
const NOT_SENT_WAIT_MS = 2_000;
/** Where there is room for few, a claim waits so long for more room, so that work stays in sets. */
const ROOM_GATHERS_MS = 25;
const ROOM_FOR_MANY = 50;
/** How long a message waits that was not sent for a reason of our own. Its next claim looks at everything again. */
const OWN_REASON_WAIT_MS = 250;
/** How long answers gather in a busy time before they are recorded together. */
const GATHER_MS = 5;
/** How long a message waits whose number has no readable credentials. */
const NO_CREDENTIALS_WAIT_MS = 60_000;

export interface DispatchPorts extends ClaimPorts, RecordPorts {
  readonly channel: Channel;
  readonly graph: GraphClient;
  readonly senders: Senders;
  readonly stops: Stops;
}

export interface Dispatcher {
  /** Claims and starts to send what is due and has room. Resolves with how long the next look may wait. */
  readonly round: () => Promise<number>;
  /** Resolves when everything claimed was sent and recorded. */
  readonly drained: () => Promise<void>;
}

/** Sends what is due: while some messages are on the wire the next are claimed, and answers are recorded in sets. */
export function createDispatcher(ports: DispatchPorts): Dispatcher {
  const breaker = createBreaker(REQUESTS_MAX);
  const freshness = createFreshness(ports);
  const open = new Set<Promise<void>>();
  let somethingEnded = (): void => undefined;
  const submit = createBatcher<AnsweredMessage, void>({
    itemsMax: BATCH_ROWS_MAX,
    gatherMs: GATHER_MS,
    flush: async (answered) => {
      await record(ports, answered);
      return answered.map(() => undefined);
    },
  });

  async function send(claimed: ClaimedMessage, request: Request): Promise<void> {
    let writtenAt: Date | undefined;
    const answer = await post(ports, claimed, () => {
      const mayBegin = performance.now() < claimed.sendBefore && freshness.mayBegin(claimed);
      if (mayBegin) writtenAt = ports.clock.now();
      return mayBegin;
    });
    freshness.release(claimed);
    tellBreaker(request, answer);
    somethingEnded();
    try {
      await submit({ claimed, answer, writtenAt });
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
    const sending = send(claimed, breaker.begin(performance.now())).finally(() => {
      open.delete(sending);
      somethingEnded();
    });
    open.add(sending);
  }

  const roomNow = (): number => Math.min(breaker.room(performance.now()), OPEN_MAX - open.size);

  /** Waits until something under way ends or has hung; false where nothing is under way. */
  async function moreRoom(): Promise<boolean> {
    const nextRoomMs = breaker.nextRoomMs(performance.now());
    if (open.size === 0) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    somethingEnded = resolve;
    const timer =
      nextRoomMs === undefined ? undefined : setTimeout(resolve, Math.max(1, nextRoomMs - performance.now()));
    await promise;
    clearTimeout(timer);
    return true;
  }

  async function room(): Promise<number> {
    let free = roomNow();
    while (free <= 0 && (await moreRoom())) free = roomNow();
    if (free <= 0 || free >= ROOM_FOR_MANY || open.size === 0) return free;
    await delay(ROOM_GATHERS_MS);
    return roomNow();
  }

  return {
    async round() {
      const free = await room();
      if (free <= 0) {
        const nextRoomMs = breaker.nextRoomMs(performance.now());
        return nextRoomMs === undefined ? POLL_MS : Math.max(1, nextRoomMs - performance.now());
      }
      const { claimed, waitMs } = await claim(ports, free);
      await freshness.take(claimed);
      for (const one of claimed) start(one);
      return Math.min(waitMs ?? POLL_MS, POLL_MS);
    },
    async drained() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}

function tellBreaker(request: Request, answer: Answer): void {
  if (answer.kind === "not_sent" && !TRANSPORT.has(answer.reason)) request.dropped();
  else if (answer.kind === "unknown" || answer.kind === "not_sent") request.failed(performance.now());
  else request.answered();
}

/** What kept a request from leaving that says something about Meta, or about the way there. */
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
  mayStillSend: () => boolean,
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
    mayStillSend,
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

/** A message that was not sent for a reason of our own waits a moment; its next claim says what the reason is. */
function wordsOn(reason: NotSentReason): { readonly meaning: string; readonly sentence: string } {
  return reason === "no_longer_allowed"
    ? { meaning: "It was looked at once more before it was sent", sentence: "It is looked at once more." }
    : { meaning: "Meta could not be reached", sentence: "Meta could not be reached." };
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
        ...wordsOn(result.reason),
        waitMs:
          result.reason === "no_longer_allowed"
            ? OWN_REASON_WAIT_MS
            : NOT_SENT_WAIT_MS * 2 ** Math.min(n - 1, 8),
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
