import type { AuditFact } from "../audit/index.ts";
import { type ErrorScope, type GraphDecision, type GraphReason, retryWaitMs } from "../meta/index.ts";
import type { ReasonCode } from "../policy/index.ts";
import type { Senders } from "../senders/index.ts";
import type { Db } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { type Pause, pause } from "./pace-store.ts";

// A refusal says that one message was certainly not sent. It comes in two ways, as Meta's answer to the request and as a
// `failed` status after Meta had accepted the request, and means the same in both: what becomes of the message, and what else
// has to stop with it. Only a fault of the message itself ends it. A fault of the number, the account, the app or the template
// makes it wait: held until somebody connects the number again, or tried again once an hour until it expires.

/** Something that was certainly not sent, and why. */
export interface Refusal {
  readonly kind: "refused" | "not_sent";
  readonly code: number | null;
  readonly reason: string;
  /** What happened, as the beginning of a sentence. A constant of the error table, never Meta's own text. */
  readonly meaning: string;
  /** What happened and what is done now, for the timeline. */
  readonly sentence: string;
  /** Null: never again. */
  readonly waitMs: number | null;
  /** What else waits with this message: its person, its number, its template. */
  readonly pauses: ErrorScope;
  /** What has to be mended before the message can go. */
  readonly holds: Hold | null;
}

type Hold = "token" | "app_secret" | "template";

/** Tries of one message that Meta certainly refused, or that never left, or whose worker died. */
export const ATTEMPTS_MAX = 8;
/** How often a number or account that Meta refuses altogether is tried again, until somebody mends it. */
const SENDER_REFUSED_WAIT_MS = 3_600_000;
/** The same for a template. It is read again at once, and a change that is found ends the wait. */
const TEMPLATE_REFUSED_WAIT_MS = 600_000;

const HOLDS: Readonly<Partial<Record<GraphReason, Hold>>> = {
  token_invalid: "token",
  app_secret_invalid: "app_secret",
  template_paused: "template",
  template_disabled: "template",
};

const HELD_FOR = {
  token: "sender_token_invalid",
  app_secret: "sender_app_secret_invalid",
  template: "template_not_approved",
} as const satisfies Record<Hold, ReasonCode>;

/** @param n how often the message has been tried, from 1. */
export function refusalOf(
  decision: GraphDecision,
  code: number,
  n: number,
  { retryAfterMs, waitMsMax }: { readonly retryAfterMs?: number | undefined; readonly waitMsMax: number },
): Refusal {
  const { reasonCode, meaning, sentence, scope } = decision;
  return {
    kind: "refused",
    code,
    reason: reasonCode,
    meaning,
    sentence,
    waitMs: waitOf(decision, n, retryAfterMs, waitMsMax),
    pauses: scope,
    holds: HOLDS[reasonCode] ?? null,
  };
}

function waitOf(
  { retry, wait, scope }: GraphDecision,
  n: number,
  retryAfterMs: number | undefined,
  waitMsMax: number,
): number | null {
  if (wait && retry !== "never") return Math.min(retryWaitMs(wait, n, retryAfterMs), waitMsMax);
  if (retry === "now") return 0;
  if (scope === "message" || scope === "pair") return null;
  return Math.min(scope === "template" ? TEMPLATE_REFUSED_WAIT_MS : SENDER_REFUSED_WAIT_MS, waitMsMax);
}

export interface NextState {
  readonly state: "held" | "queued" | "failed" | "unknown";
  readonly reason_code: ReasonCode;
  readonly reason_detail: string | null;
  readonly wait_ms: number;
}

/** What becomes of the message that was refused. */
export function afterRefusal(refusal: Refusal, n: number): NextState {
  const { holds, waitMs, meaning, sentence, pauses } = refusal;
  if (holds) return { state: "held", reason_code: HELD_FOR[holds], reason_detail: null, wait_ms: 0 };
  if (waitMs === null)
    return { state: "failed", reason_code: "refused_by_meta", reason_detail: sentence, wait_ms: 0 };
  if (n >= ATTEMPTS_MAX && isOwnFault(refusal))
    return { state: "failed", reason_code: "attempts_exhausted", reason_detail: `${meaning}.`, wait_ms: 0 };
  return { state: "queued", reason_code: WAITS[pauses], reason_detail: sentence, wait_ms: waitMs };
}

const WAITS = {
  message: "waiting_to_retry",
  pair: "waiting_to_retry",
  template: "waiting_for_template",
  number: "waiting_for_sender",
  sender: "waiting_for_sender",
  app: "waiting_for_sender",
} as const satisfies Record<ErrorScope, ReasonCode>;

/**
 * A number or account that is refused altogether, and a network that is down, do not use up the tries of a message: it waits until
 * it expires.
 */
function isOwnFault({ kind, pauses }: Refusal): boolean {
  return kind === "refused" && (pauses === "message" || pauses === "pair" || pauses === "template");
}

/** A refused message with what else its refusal concerns. */
export interface RefusedMessage {
  readonly refusal: Refusal;
  readonly senderId: string;
  readonly wabaId: string;
  /** Since when the number had the credentials that were refused: it may have others by now. */
  readonly connectedAt: Date | null;
  readonly contactId: string;
  readonly template: string;
  readonly language: string;
}

export interface ConsequencePorts {
  readonly senders: Senders;
  readonly templates: Templates;
}

/** What refusals mean for others than their own messages. Each cause once, in one order. Answers what to audit. */
export async function drawConsequences(
  { senders, templates }: ConsequencePorts,
  tx: Db,
  workspaceId: string,
  refused: readonly RefusedMessage[],
): Promise<AuditFact[]> {
  const facts: AuditFact[] = [];
  const seen = new Set<string>();
  for (const one of refused) {
    const { refusal, senderId, wabaId, connectedAt, template, language } = one;
    const cause = [refusal.reason, refusal.pauses, senderId, template, one.contactId].join(" ");
    if (seen.has(cause)) continue;
    seen.add(cause);
    if (refusal.holds === "template") {
      const of = { wabaId, name: template, language };
      facts.push(...(await templates.markRefused(tx, workspaceId, of, refusal.reason)));
    } else if (refusal.holds) {
      const state = STOPPED_AS[refusal.holds];
      facts.push(...(await senders.markStopped(tx, workspaceId, { senderId, connectedAt }, state)));
    } else if (refusal.waitMs !== null && refusal.waitMs > 0) {
      const paused = pauseOf(one);
      if (!paused) continue;
      await pause(tx, workspaceId, paused, refusal.waitMs, refusal.reason);
      if (paused.scope === "pair") continue;
      facts.push({
        actor: { type: "meta" },
        action: "sending.paused",
        object:
          paused.scope === "template" ? { type: "template", id: template } : { type: "sender", id: senderId },
        outcome: refusal.reason,
        detail: { scope: paused.scope, wait_ms: refusal.waitMs },
      });
    }
  }
  return facts;
}

const STOPPED_AS = { token: "token_invalid", app_secret: "app_secret_invalid" } as const;

/** Refusals after which the template at Meta is another than the one that was read last. */
const TEMPLATE_CHANGED: readonly string[] = [
  "template_missing",
  "template_parameters",
  "template_content",
  "marketing_disabled",
  "flow_blocked",
] satisfies GraphReason[];

function pauseOf({ refusal, senderId, contactId, template }: RefusedMessage): Pause | undefined {
  switch (refusal.pauses) {
    case "message":
      return undefined;
    case "pair":
      return { scope: "pair", senderId, contactId };
    case "template":
      return { scope: "template", template, readAgain: TEMPLATE_CHANGED.includes(refusal.reason) };
    default:
      return { scope: refusal.pauses, senderId, slower: refusal.reason === "number_rate_limited" };
  }
}
