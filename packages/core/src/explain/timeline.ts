import { type KeptFact, standingOf } from "../connections/index.ts";
import type { TimelineEntry } from "../http/contract.ts";
import type { ClaimRefusal } from "../outbox/index.ts";
import { isReasonCode, sentenceOf } from "../policy/index.ts";
import type {
  AttemptSeen,
  ConsentSeen,
  EventSeen,
  ExplainedMessage,
  RefusedClaimSeen,
  ReplySeen,
  StatusSeen,
  VerdictSeen,
} from "./explain-store.ts";

/** What a timeline is made of; every list may be empty. */
export interface TimelineParts {
  /** What a shop's platform told of and nobody was written to about. */
  readonly untold: readonly KeptFact[];
  readonly events: readonly EventSeen[];
  /** Whether `messages` are all that were made of the events, so that an event without one had no rule. */
  readonly hasAllMessages: boolean;
  readonly messages: readonly ExplainedMessage[];
  readonly verdicts: readonly VerdictSeen[];
  readonly attempts: readonly AttemptSeen[];
  readonly statuses: readonly StatusSeen[];
  readonly replies: readonly ReplySeen[];
  readonly consents: readonly ConsentSeen[];
  readonly refusedClaims: readonly RefusedClaimSeen[];
}

/** Entries of one moment keep the order in which things cause each other. */
const ORDER = [
  "event_seen",
  "consent",
  "decided",
  "held",
  "released",
  "cancelled",
  "attempted",
  "answered",
  "settled",
  "status",
  "duplicated",
  "reply",
];

/** Tells what happened in sentences, oldest first. Pure: the same rows tell the same story. */
export function timelineOf(parts: TimelineParts): TimelineEntry[] {
  const byId = new Map(parts.messages.map((message) => [message.message_id, message]));
  const ruled = new Set(parts.messages.map(({ event_id }) => event_id));
  const entries = [
    ...parts.untold.map(untoldEntry),
    ...parts.events.map((event) => eventEntry(event, ruled.has(event.event_id) || !parts.hasAllMessages)),
    ...parts.consents.map(consentEntry),
    ...parts.refusedClaims.map(refusedClaimEntry),
    ...parts.verdicts.flatMap((verdict) =>
      verdictEntry(verdict, byId.get(verdict.message_id), parts.consents),
    ),
    ...parts.attempts.flatMap(attemptEntries),
    ...inOrder(parts.statuses).map(statusEntry),
    ...parts.replies.map(replyEntry),
  ];
  return entries.sort((a, b) => a.at.localeCompare(b.at) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function entry(
  at: Date,
  kind: TimelineEntry["kind"],
  messageId: string | null,
  sentence: string,
  detail: TimelineEntry["detail"] = {},
): TimelineEntry {
  return { at: at.toISOString(), kind, message_id: messageId, sentence, detail };
}

/** No message was made of it, so the entry belongs to none. */
function untoldEntry(fact: KeptFact): TimelineEntry {
  const { standing, code, sentence, since } = standingOf(fact);
  const kind = standing === "not_told" ? "decided" : "held";
  return entry(since, kind, null, `${inTheShop(fact.state ?? fact.type)} ${sentence}`, {
    standing,
    reason: code,
    tries: fact.tries,
    told_at: fact.receivedAt.toISOString(),
  });
}

function eventEntry(event: EventSeen, isRuled: boolean): TimelineEntry {
  const found =
    event.origin === "sweep" ? " Found by a later look, because the shop's own event did not arrive." : "";
  const unruled = isRuled ? "" : " No automation for it was on, so nothing was sent.";
  return entry(event.received_at, "event_seen", null, `${inTheShop(event.type)}${found}${unruled}`, {
    event_type: event.type,
    origin: event.origin,
    occurred_at: event.occurred_at.toISOString(),
  });
}

/** `order.ready_for_pickup` becomes `Order ready for pickup in the shop.`; a state of the platform's own is named as it is. */
function inTheShop(type: string): string {
  if (!type.includes(".")) return `The shop reported the state ${type}.`;
  const words = type.replaceAll(/[._]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} in the shop.`;
}

function consentEntry(consent: ConsentSeen): TimelineEntry {
  const sentence = consent.state === "withdrawn" ? withdrawnSentence(consent) : givenSentence(consent);
  return entry(consent.recorded_at, "consent", null, sentence, {
    consent_id: consent.consent_id,
    purpose: consent.purpose,
    state: consent.state,
    assurance: consent.assurance,
    method: consent.method,
    wording: consent.wording_text,
    wording_version: consent.wording_version,
  });
}

function purposeIn({ purpose }: ConsentSeen): string {
  return purpose.replaceAll("-", " ");
}

function withdrawnSentence(consent: ConsentSeen): string {
  const purpose = purposeIn(consent);
  switch (consent.method) {
    case "box_unticked":
      return `The opt-in to ${purpose} was taken back in this order.`;
    case "number_changed":
    case "user_id_changed":
      return `The customer changed their number or WhatsApp account, which ended the opt-in to ${purpose} here.`;
    case "same_person":
      return `The customer opted out of ${purpose} under another number or WhatsApp account.`;
    case "admin":
      return `The shop recorded that the customer opted out of ${purpose}.`;
    default:
      return `The customer opted out of ${purpose}.`;
  }
}

function givenSentence(consent: ConsentSeen): string {
  const purpose = purposeIn(consent);
  if (consent.assurance === "confirmed") return `The customer confirmed the opt-in to ${purpose}.`;
  const unconfirmed = "which the customer has not confirmed on WhatsApp";
  if (consent.assurance === "attested") return `The shop recorded an opt-in to ${purpose}, ${unconfirmed}.`;
  return consent.method === "ticked_later"
    ? `The opt-in to ${purpose} was set in this order later, ${unconfirmed}.`
    : `The customer opted in to ${purpose} with this order, and has not confirmed it on WhatsApp.`;
}

const CLAIM_REFUSALS: Readonly<Record<string, string>> = {
  other_phone: "it was given with another phone than the one that the message goes to.",
  unknown_wording: "the words that it names are not stored here.",
  not_offered: "the words that it names are not offered by the shop now.",
  malformed: "it is not in the form of a consent. Let the storefront write it by the plugin's own route.",
} satisfies Record<ClaimRefusal, string>;

function refusedClaimEntry({ at, outcome }: RefusedClaimSeen): TimelineEntry {
  const why = CLAIM_REFUSALS[outcome] ?? "it is none.";
  return entry(at, "consent", null, `A consent came with this order and does not count: ${why}`, {
    reason: outcome,
  });
}

function verdictEntry(
  verdict: VerdictSeen,
  message: ExplainedMessage | undefined,
  consents: readonly ConsentSeen[],
): TimelineEntry[] {
  if (!message) return [];
  const { at, message_id } = verdict;
  switch (verdict.action) {
    case "message.decided": {
      const [state = "", code] = verdict.outcome.split(":");
      const detail = { rule_id: message.rule_id, template: message.template, purpose: message.purpose };
      if (state === "queued") {
        return [
          entry(at, "decided", message_id, allowedSentence(message, consents), {
            ...detail,
            consent_id: message.consent_id,
          }),
        ];
      }
      return [
        entry(at, state === "held" ? "held" : "decided", message_id, reasonSentence(code, message), {
          ...detail,
          reason: code ?? null,
        }),
      ];
    }
    case "message.held":
      return [
        entry(at, "held", message_id, reasonSentence(verdict.outcome, message), { reason: verdict.outcome }),
      ];
    case "message.blocked":
    case "message.expired":
      return [
        entry(at, "decided", message_id, reasonSentence(verdict.outcome, message), {
          reason: verdict.outcome,
        }),
      ];
    case "message.resent":
      return [
        entry(
          at,
          "settled",
          message_id,
          verdict.outcome === "resent_unheard"
            ? "No status came in the longest time that one can take, and nothing else was heard of this number, so it is sent once more: the customer may get it twice."
            : "No status came, although other messages of this number had theirs, so it is sent once more.",
        ),
      ];
    case "message.parked":
      return [
        entry(at, "settled", message_id, reasonSentence(verdict.outcome, message), {
          reason: verdict.outcome,
        }),
      ];
    case "message.duplicated":
      return [
        entry(
          at,
          "duplicated",
          message_id,
          "Meta accepted this message twice: the first status arrived after we had stopped waiting and sent it again.",
        ),
      ];
    case "message.retried":
      return [entry(at, "settled", message_id, "Meta could not deliver it, so it is tried again.")];
    case "message.requeued":
      return [
        entry(at, "released", message_id, "The cause of the wait is gone: it is checked once more.", {
          held_for: verdict.outcome,
        }),
      ];
    case "message.resend_requested":
      return [entry(at, "released", message_id, "A colleague sent it again.", { by: verdict.actor_id })];
    case "message.released":
      return [entry(at, "released", message_id, "A colleague released it.", { by: verdict.actor_id })];
    default: {
      const sentence = isReasonCode(verdict.outcome)
        ? reasonSentence(verdict.outcome, message)
        : "A colleague cancelled it.";
      return [entry(at, "cancelled", message_id, sentence, { by: verdict.actor_id })];
    }
  }
}

function allowedSentence(message: ExplainedMessage, consents: readonly ConsentSeen[]): string {
  if (message.evidence_kind === "security_request")
    return `To be sent as ${message.template}: a security notice that the customer asked for.`;
  const record = consents.find(({ consent_id }) => consent_id === message.consent_id);
  const given = record ? ` given on ${record.occurred_at.toISOString().slice(0, 10)}` : "";
  const wording = record?.wording_id
    ? ` (wording ${record.wording_id}, version ${record.wording_version})`
    : "";
  return `To be sent as ${message.template}: allowed by the opt-in${given}${wording}.`;
}

/** The detail belongs to the message's present reason; an older one is told without it. */
function reasonSentence(code: string | undefined, message: ExplainedMessage): string {
  if (!isReasonCode(code)) return "Not sent.";
  return sentenceOf(
    code === message.reason_code && message.reason_detail !== null
      ? { code, detail: message.reason_detail }
      : { code },
  );
}

function attemptEntries(attempt: AttemptSeen): TimelineEntry[] {
  const detail = { attempt_id: attempt.attempt_id, n: attempt.n };
  const started = entry(
    attempt.started_at,
    "attempted",
    attempt.message_id,
    `Sent to Meta (attempt ${attempt.n}).`,
    detail,
  );
  if (attempt.finished_at === null) return [started];
  const sentence = {
    started: "Waiting for Meta's answer.",
    accepted: "Meta accepted it.",
    refused: `Meta refused it${attempt.graph_code === null ? "" : ` (error ${attempt.graph_code})`}.`,
    not_sent: "It did not reach Meta and is tried again.",
    unknown: "It is not known whether Meta accepted it. Waiting for its status.",
  }[attempt.outcome];
  return [
    started,
    entry(attempt.finished_at, "answered", attempt.message_id, sentence, {
      ...detail,
      outcome: attempt.outcome,
      code: attempt.graph_code,
      reason: attempt.reason_code,
    }),
  ];
}

interface TimedStatus extends StatusSeen {
  readonly at: Date;
}

const STATUS_ORDER = ["sent", "failed", "delivered", "read", "played"];
/** Meta tells whole seconds, rounded down. */
const STATUS_SECOND_MS = 999;

/**
 * Places statuses between our own moments: at the end of Meta's second, or at the receipt where that was earlier. What
 * happened in one second keeps the order that it must have had, in whatever order it arrived.
 */
function inOrder(statuses: readonly StatusSeen[]): TimedStatus[] {
  const sorted = [...statuses].sort(
    (a, b) =>
      a.provider_at.getTime() - b.provider_at.getTime() ||
      STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status),
  );
  const latest = new Map<string, number>();
  return sorted.map((status) => {
    const own = Math.min(status.provider_at.getTime() + STATUS_SECOND_MS, status.received_at.getTime());
    const at = Math.max(own, latest.get(status.message_id) ?? 0);
    latest.set(status.message_id, at);
    return { ...status, at: new Date(at) };
  });
}

function statusEntry(status: TimedStatus): TimelineEntry {
  const sentence = {
    sent: "Meta sent it to the phone.",
    delivered: "It was delivered.",
    read: "It was read.",
    played: "It was played.",
    failed: `Meta reported that it failed${status.error_code === null ? "" : ` (error ${status.error_code})`}.`,
  }[status.status];
  return entry(status.at, "status", status.message_id, sentence, {
    status: status.status,
    provider_at: status.provider_at.toISOString(),
    received_at: status.received_at.toISOString(),
    price_type: status.price_type,
    price_category: status.price_category,
    code: status.error_code,
  });
}

function replyEntry(reply: ReplySeen): TimelineEntry {
  const sentence =
    reply.reading === "opt_out"
      ? "The customer answered and opted out."
      : reply.reading === "opt_in"
        ? "The customer answered and opted in."
        : "The customer answered.";
  return entry(reply.provider_at, "reply", reply.message_id, sentence, {
    kind: reply.kind,
    reading: reply.reading,
  });
}
