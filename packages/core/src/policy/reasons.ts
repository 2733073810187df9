/**
 * Why a message is not sent, or not yet. Each code has a sentence for people: complete in itself, and where something can be
 * done it says what. `subject` is the reason's detail: a template's name, a parameter, a status.
 */
export const REASONS = {
  do_not_notify: () => "Not sent: the shop asked not to notify for this change.",
  never_ordered: () =>
    "Not sent: the customer never heard that this order was placed, so there is nothing to cancel for them.",
  amountless: () => "Not sent: the amount is zero.",
  overtaken: (later) =>
    `Not sent: the order was already ${later.replace("order.", "").replaceAll("_", " ") || "cancelled"} by the time this could be sent.`,
  before_installation: () =>
    "Not sent: this happened before the connection was installed, or the platform does not say when and the order is older than that.",
  rule_off_then: () =>
    "Not sent: this happened before the automation was turned on, and an automation never reaches back.",
  too_old: () => "Not sent: it happened too long ago for the message to be useful.",
  expired: () => "Not sent: it could not be sent in time to be useful.",
  phone_missing: () =>
    "Not sent: the order has no phone number in its shipping address, billing address or customer. Enter one in the order: later messages about it will be sent.",
  phone_unparseable: () =>
    "Not sent: the phone number of the order cannot be read. Correct it in the order: later messages about it will be sent.",
  no_consent: () => "Not sent: the customer has not opted in to this kind of message.",
  consent_other_order: () =>
    "Not sent: the opt-in was given with another order, and the customer has not confirmed it on WhatsApp.",
  consent_not_confirmed: () =>
    "Not sent: the customer has to opt in to offers on WhatsApp, by writing START.",
  consent_unticked: () =>
    "Not sent: the opt-in was taken back in the order. Later messages are sent once its field says yes again.",
  consent_withdrawn: () => "Not sent: the customer opted out. They can opt in again by writing START.",
  number_given_up: () =>
    "Not sent: the customer changed their number or WhatsApp account, so this number may be somebody else's by now. Whoever has it can opt in by writing START.",
  phone_not_verified: () =>
    "Not sent: security notices go only to a phone that was verified, and this one was not.",
  security_number_given_up: () =>
    "Not sent: the customer left this number, so somebody else may read it by now. Correct the phone in the customer's account: later messages to it will be sent.",
  security_repeat: () => "Not sent: the same notice was made for the customer a moment ago.",
  security_person_limit: (subject) =>
    `Not sent: as many security notices were asked for the customer as one person may get${bracketed(subject)}.`,
  security_workspace_limit: (subject) =>
    `Needs your decision: more security notices were asked for than this workspace sends${bracketed(subject)}. Find out what asks for them, then release or cancel them. The limit is a setting of the workspace.`,
  person_erased: () => "Not sent: the customer's data was erased.",
  person_restricted: () =>
    "Not sent: the customer's data is being erased, so nothing is sent to them any more.",
  opt_out_unsure: () =>
    "Waiting: the customer may have asked to stop. Read what they wrote in the list of unsure messages, and decide there.",
  sender_missing: () =>
    "Waiting: no WhatsApp number is connected. Connect one in Settings; it will then be sent by itself.",
  sender_token_invalid: () =>
    "Waiting for a new access token: Meta no longer accepts the old one. Enter one in Settings; it will then be sent by itself.",
  sender_app_secret_invalid: () =>
    "Waiting for the app secret: Meta no longer accepts the old one. Copy the present one from the Meta app's basic settings and enter it in Settings; it will then be sent by itself.",
  template_missing: (subject) =>
    `Not sent: there is no template${after(subject)} at Meta. Create it there and get the templates from Meta: then it can be sent.`,
  template_language_missing: (subject) =>
    `Not sent: the template${after(subject)} does not exist in the languages of this automation. Add one of them at Meta and get the templates from Meta: then it can be sent.`,
  template_not_approved: (subject) =>
    `Waiting: Meta does not allow this template now${bracketed(subject)}. The message will be sent when it does.`,
  template_category_mismatch: (subject) =>
    `Waiting: Meta classed this template as ${subject ? subject.toLowerCase() : "another kind"}, and the customer did not agree to that kind of message. It will be sent if Meta changes it back.`,
  template_auto_generated: (subject) =>
    `Not sent: Meta generated the template${after(subject)} itself, so its text was never approved. Create one and have it approved: later messages will be sent with it.`,
  template_unsuitable: (subject) =>
    `Waiting: the template at Meta does not fit this message now.${after(subject)}`,
  parameter_missing: (subject) =>
    `Not sent: the template needs a value${bracketed(subject)} that the order does not have. Fill it in there: later messages about the order will be sent.`,
  parameter_mismatch: (subject) => `Not sent: the values do not fit the template${bracketed(subject)}.`,
  params_failed: () =>
    "Not sent: the automation could not read its values from this order. Correct the automation: later messages will be sent by it.",
  message_unreadable: () => "Not sent: its stored values can no longer be read.",
  wish_unknown: () =>
    "Needs your decision: the shop's own event was lost, so it is not known whether staff chose not to notify the customer. Release or cancel it.",
  burst_guard: () =>
    "Needs your decision: this automation sent far more than usual in this hour. Look at the messages, then release or cancel them.",
  refused_by_meta: (subject) => `Not sent. ${subject || "Meta refused it."}`,
  failed_at_meta: (subject) => `Not delivered. ${subject || "Meta did not say why."}`,
  attempts_exhausted: (subject) => `Not sent: several attempts failed.${after(subject)}`,
  waiting_to_retry: (subject) => `Waiting to be tried again.${after(subject)}`,
  outcome_unknown: () =>
    "Waiting for Meta: the request may or may not have arrived, so it is not simply sent again.",
  outcome_parked: () =>
    "Needs your decision: Meta never said whether it was sent. Ask the customer, then release it to send it again, or cancel it.",
  expired_unsettled: () =>
    "Not sent again: Meta never said whether it was sent, and it is too late for it to be useful.",
  resent_after_silence: () =>
    "Waiting to be sent once more: no status came although this number's other statuses did.",
  resent_unheard: () =>
    "Waiting to be sent once more: no status came in the longest time that it can need, and nothing else was heard of this number.",
  waiting_for_earlier: () => "Waiting: an earlier message of this order goes first.",
  waiting_for_pair: () => "Waiting: Meta limits how many messages a minute one customer gets.",
  waiting_for_recipients: () => "Waiting: the account reached Meta's limit of customers within 24 hours.",
  waiting_for_template: (subject) => `Waiting for the template.${after(subject)}`,
  waiting_for_sender: (subject) => `Waiting for the number.${after(subject)}`,
  entity_deleted: () => "Not sent: the shop deleted the order or account before the message left.",
  cancelled_by_person: () => "Cancelled by a colleague.",
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
  "never_ordered",
  "amountless",
  "before_installation",
  "rule_off_then",
  "too_old",
  "phone_missing",
  "phone_unparseable",
  "phone_not_verified",
  "security_number_given_up",
  "security_repeat",
  "security_person_limit",
  "person_erased",
  "person_restricted",
  "params_failed",
  "message_unreadable",
  "overtaken",
  "entity_deleted",
];
