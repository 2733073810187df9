/**
 * Why a message is not sent, or not yet. Each code has a sentence for people: complete in itself, and where something can be
 * done it says what. `subject` is the reason's detail: a template's name, a parameter, a status.
 */
export const REASONS = {
  do_not_notify: () => "Not sent: the shop asked not to notify for this change.",
  never_ordered: () =>
    "Not sent: the shop never told of this order as placed or confirmed, so there is nothing to cancel for the customer.",
  amountless: () => "Not sent: the amount is zero.",
  overtaken: (later) =>
    `Not sent: the order was already ${later.replace("order.", "").replaceAll("_", " ") || "cancelled"} by the time this could be sent.`,
  before_installation: () =>
    "Not sent: this happened before the connection was installed, or the platform does not say when and the order is older than that.",
  rule_off_then: () => "Not sent: the rule was turned on after this happened, and a rule never reaches back.",
  too_old: () => "Not sent: it happened longer ago than the news is useful.",
  expired: () => "Not sent: it could not be sent while the news was useful.",
  phone_missing: () =>
    "Not sent: the order has no phone number in its shipping address, billing address or customer. Enter one in the order: later news of it will be sent.",
  phone_unparseable: () =>
    "Not sent: the phone number of the order cannot be read. Correct it in the order: later news of it will be sent.",
  no_consent: () => "Not sent: there is no opt-in for this kind of message.",
  consent_other_order: () =>
    "Not sent: the opt-in came with another order and the person has not confirmed it yet.",
  consent_not_confirmed: () =>
    "Not sent: offers need the person's own yes on WhatsApp. It is there once they answer START.",
  consent_withdrawn: () => "Not sent: the person opted out.",
  number_given_up: () =>
    "Not sent: the person changed their number or WhatsApp account, so this number may be somebody else's by now. Whoever has it can opt in by writing START.",
  phone_not_verified: () =>
    "Not sent: nobody verified that this phone belongs to the account, and a security notice goes to no other phone.",
  security_repeat: () =>
    "Not sent: the person was told the same a moment ago, and that notice is still useful.",
  security_person_limit: (subject) =>
    `Not sent: this person got as many security notices as one person may get${bracketed(subject)}.`,
  security_workspace_limit: (subject) =>
    `On hold: more security notices than this workspace sends${bracketed(subject)}. Look at what asks for them, then release or cancel them; the limit is a setting of the workspace.`,
  person_erased: () => "Not sent: the person's data was erased.",
  person_restricted: () =>
    "Not sent: an erasure was asked for, and until it is done the person is not written to.",
  opt_out_unsure: () =>
    "On hold: the person may have asked to stop. Read what they wrote in the list of unsure messages, and answer it there.",
  sender_missing: () => "On hold: no WhatsApp number is connected. Connect one in Settings.",
  sender_token_invalid: () =>
    "On hold: Meta no longer accepts the access token. Connect the number again in Settings.",
  sender_app_secret_invalid: () =>
    "On hold: Meta no longer accepts the app secret. Copy the present one from the Meta app's basic settings and connect the number again in Settings.",
  template_missing: (subject) =>
    `Not sent: Meta does not have the template${after(subject)}. Create it and sync the templates: then it can be sent.`,
  template_language_missing: (subject) =>
    `Not sent: the template${after(subject)} is in none of the languages wanted. Add one of them at Meta and sync the templates: then it can be sent.`,
  template_not_approved: (subject) => `On hold: Meta does not allow this template now${bracketed(subject)}.`,
  template_category_mismatch: (subject) =>
    `On hold: Meta classed this template${bracketed(subject)} otherwise than the customer agreed to. It is sent when Meta changes it back.`,
  template_auto_generated: (subject) =>
    `Not sent: Meta made the template${after(subject)} by itself, so nobody approved its text. Create one and have it approved: later news will be sent with it.`,
  template_unsuitable: (subject) =>
    `On hold: the template at Meta does not suit this message now.${after(subject)}`,
  parameter_missing: (subject) =>
    `Not sent: the template needs a value${bracketed(subject)} that the order does not have. Fill it in there: later news of the order will be sent.`,
  parameter_mismatch: (subject) => `Not sent: the values do not fit the template${bracketed(subject)}.`,
  params_failed: () =>
    "Not sent: the rule's mapping failed on this order. Correct the rule: later news will be sent by it.",
  message_unreadable: () => "Not sent: what was stored for it cannot be read any more.",
  wish_unknown: () =>
    "On hold: found by the sweep, so whether the shop asked not to notify is not known. Release or cancel it.",
  burst_guard: () =>
    "On hold: this rule sent far more than usual in this hour. Look at the messages, then release or cancel them.",
  refused_by_meta: (subject) => `Not sent. ${subject || "Meta refused it."}`,
  failed_at_meta: (subject) => `Not delivered. ${subject || "Meta did not say why."}`,
  attempts_exhausted: (subject) => `Not sent: it was tried several times without success.${after(subject)}`,
  waiting_to_retry: (subject) => `Waiting to be tried again.${after(subject)}`,
  outcome_unknown: () =>
    "Waiting for Meta: the request may or may not have arrived. It is not sent again blindly.",
  outcome_parked: () =>
    "On hold: Meta never said whether it was sent. Ask the customer, then release it to send it again, or cancel it.",
  expired_unsettled: () =>
    "Not sent again: Meta never said whether it was sent, and the news is no longer useful.",
  resent_after_silence: () =>
    "Waiting to be sent once more: no status came although this number's other statuses did.",
  resent_unheard: () =>
    "Waiting to be sent once more: no status came in the longest time that it can need, and nothing else was heard of this number.",
  waiting_for_earlier: () => "Waiting: an earlier message of this order goes first.",
  waiting_for_pair: () => "Waiting: Meta takes only so many messages a minute for one person.",
  waiting_for_recipients: () =>
    "Waiting: the account reached the number of people that Meta lets it write to within 24 hours.",
  waiting_for_template: (subject) => `Waiting for the template.${after(subject)}`,
  waiting_for_sender: (subject) => `Waiting for the number.${after(subject)}`,
  entity_deleted: () => "Not sent: the shop deleted what it is about before it left.",
  cancelled_by_person: () => "Cancelled by a person.",
} as const satisfies Record<string, (subject: string) => string>;

/** A reason that is not a message's present one is told without its subject, and must still be a whole sentence. */
function after(subject: string): string {
  return subject && ` ${subject}`;
}

function bracketed(subject: string): string {
  return subject && ` (${subject})`;
}

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

export function isReasonCode(code: string | null | undefined): code is ReasonCode {
  return typeof code === "string" && Object.hasOwn(REASONS, code);
}

export interface Reason {
  readonly code: ReasonCode;
  /** A parameter's name, a template, a status or an error code. Never a person's data. */
  readonly detail?: string;
}

export function sentenceOf({ code, detail }: Reason): string {
  return REASONS[code](detail ?? "");
}

/** Holds that end by themselves when what they wait for is mended; the others wait for a person. */
export const AUTO_RELEASED_HOLDS: readonly ReasonCode[] = [
  "sender_missing",
  "sender_token_invalid",
  "sender_app_secret_invalid",
  "template_not_approved",
  "template_category_mismatch",
  "template_unsuitable",
  "opt_out_unsure",
];

/** What was not sent for one of these can never be sent: nothing that happens later changes it. */
export const FINAL_REASONS: readonly ReasonCode[] = [
  "do_not_notify",
  "before_installation",
  "rule_off_then",
  "too_old",
  "phone_missing",
  "phone_unparseable",
  "phone_not_verified",
  "security_repeat",
  "security_person_limit",
  "person_erased",
  "person_restricted",
  "params_failed",
  "message_unreadable",
  "overtaken",
  "entity_deleted",
];
