/**
 * What the engine does about a family of Graph errors. Which code belongs to which family stands in `error-table.ts`.
 */
export interface ErrorDecision {
  /**
   * `refused`: the message was certainly not sent. `unknown`: it may have been, so its status webhooks have to be waited
   * for before anything is sent again; `retry` then says what may follow when nothing was found.
   */
  readonly outcomeClass: "refused" | "unknown";
  readonly retry: "now" | "later" | "never";
  readonly wait?: RetryWait;
  readonly scope: ErrorScope;
  /** The end of a timeline sentence: what happens now, or what a person has to do. */
  readonly advice: string;
}

/** What must stop or slow down: this message, this sender with this recipient, the number, the whole account, … */
export type ErrorScope = "message" | "pair" | "number" | "sender" | "template" | "app";

export type RetryWait = { readonly kind: "fixed"; readonly ms: number } | { readonly kind: "powers_of_four" };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Where the powers of four end: 4^5 s is 17 minutes, the next is already more than an hour. */
const PAIR_WAIT_MS_MAX = HOUR_MS;

/** A longer `Retry-After` is no pace of Meta's, but a fault of whoever wrote it. */
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;

/**
 * Milliseconds to wait before the next try. Meta's own `Retry-After` counts when it asks for more, up to a day.
 *
 * @param refusals how often this has been refused so far, from 1.
 */
export function retryWaitMs(wait: RetryWait, refusals: number, retryAfterMs = 0): number {
  const own = wait.kind === "fixed" ? wait.ms : Math.min(4 ** refusals * SECOND_MS, PAIR_WAIT_MS_MAX);
  return Math.max(own, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
}

function never(scope: ErrorScope, advice: string): ErrorDecision {
  return { outcomeClass: "refused", retry: "never", scope, advice };
}

function later(scope: ErrorScope, ms: number, advice: string): ErrorDecision {
  return { outcomeClass: "refused", retry: "later", wait: { kind: "fixed", ms }, scope, advice };
}

function unclear(advice: string): ErrorDecision {
  return {
    outcomeClass: "unknown",
    retry: "later",
    wait: { kind: "fixed", ms: MINUTE_MS },
    scope: "message",
    advice,
  };
}

const AWAIT_STATUS = "it may have been sent or not, so its status is waited for before anything else.";

/** Keyed by the stable reason code that timelines, metrics and the admin pages show. */
export const ERROR_DECISIONS = {
  token_invalid: never("sender", "connect the sender again."),
  app_secret_invalid: never("sender", "connect the sender again with the app's present secret."),
  permission_missing: never(
    "sender",
    "give the token's system user this permission and the account in Meta's business settings, then connect again.",
  ),
  object_missing: never("sender", "check the sender's ids and that its token may use them."),
  account_blocked: never(
    "sender",
    "read the notices in Meta's business settings; nothing can be sent until then.",
  ),
  payment_required: never("sender", "settle the payment method in Meta's business settings."),
  misclassified_templates: never(
    "sender",
    "correct the category of the templates; Meta lifts the limit by itself.",
  ),
  marketing_disabled: never(
    "template",
    "marketing templates of this account go only through Meta's marketing API.",
  ),

  number_not_ready: never("number", "finish the number's registration in WhatsApp Manager."),
  number_maintenance: later("number", MINUTE_MS, "it is tried again after a minute."),
  number_just_deleted: later("number", 5 * MINUTE_MS, "it is tried again after five minutes."),
  number_rate_limited: later("number", SECOND_MS, "this number is slowed down and the message tried again."),
  number_spam_limited: later(
    "number",
    6 * HOUR_MS,
    "look at what was sent and at the number's quality first.",
  ),
  account_rate_limited: later("sender", HOUR_MS, "Meta counts by the hour; it is tried again in the next."),
  app_rate_limited: later(
    "app",
    5 * MINUTE_MS,
    "all calls of this app are slowed down and it is tried again.",
  ),

  pair_rate_limited: {
    outcomeClass: "refused",
    retry: "later",
    wait: { kind: "powers_of_four" },
    scope: "pair",
    advice: "this recipient gets the message a little later.",
  },
  // Only marketing is capped: other messages to this person need not wait.
  recipient_capped: later("message", 24 * HOUR_MS, "Meta allows no further try within 24 hours."),
  recipient_stopped_marketing: never("pair", "their wish is recorded and kept."),
  recipient_blocked: never("pair", "unblock them first if this message is wanted."),
  recipient_unreachable: never("message", "ask the customer whether this is their WhatsApp number."),
  recipient_is_sender: never("message", "correct the customer's phone number: later news goes to it."),
  recipient_not_allowed: never("message", "add this phone to the test number's list of recipients."),
  recipient_in_experiment: never("message", "it can be sent once this person has written to you."),
  recipient_identity_changed: never(
    "message",
    "the person's phone or WhatsApp changed; confirm who they are.",
  ),
  recipient_needs_phone: never("message", "this message needs the phone number, not the user id."),
  country_restricted: never("message", "Meta does not let this account write to that country."),
  window_closed: never("message", "only an approved template can be sent now."),

  template_missing: never(
    "template",
    "sync the templates and check the name and language that the rule uses.",
  ),
  template_paused: never("template", "improve the template or wait until Meta lifts the pause."),
  template_disabled: never("template", "make a new template; this one cannot be used any more."),
  template_content: never("template", "change the template's text so that it follows Meta's policy."),
  template_parameters: never("template", "compare the rule's parameters with the approved template."),
  parameter_refused: never("message", "a value of this message does not suit the template."),
  template_syncing: later("template", 10 * MINUTE_MS, "it is tried again after ten minutes."),
  template_change_refused: never(
    "template",
    "read Meta's details, correct the template and submit it again.",
  ),
  flow_blocked: never("template", "look at the flow's health in WhatsApp Manager."),
  flow_throttled: later("template", HOUR_MS, "Meta allows ten an hour; it is tried again in the next."),

  request_invalid: never(
    "message",
    "correct what the message is made of; the same one would be refused again.",
  ),
  media_failed: never(
    "message",
    "check that the file's address works without sign-in and the type is allowed.",
  ),
  feature_refused: never("message", "this belongs to a feature of the account; read Meta's details."),
  direct_send_refused: never("message", "send an approved template instead."),
  cursor_invalid: {
    outcomeClass: "refused",
    retry: "now",
    scope: "app",
    advice: "the list is read from its start.",
  },

  meta_failed: unclear(AWAIT_STATUS),
  partly_done: unclear("only a part succeeded; its status is waited for before anything else."),
  unlisted_refusal: never("message", "read Meta's details; the code is not in this version's table."),
  unlisted_failure: unclear(AWAIT_STATUS),
} as const satisfies Readonly<Record<string, ErrorDecision>>;

export type GraphReason = keyof typeof ERROR_DECISIONS;
