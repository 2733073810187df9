import { ERROR_DECISIONS, type ErrorDecision, type GraphReason } from "./error-decisions.ts";
import type { GraphError } from "./graph-outcome.ts";

/** `meaning` is the beginning of a timeline sentence; the advice of its reason is the end. */
interface ErrorRow {
  readonly meaning: string;
  readonly reason: GraphReason;
}

function row(reason: GraphReason, meaning: string): ErrorRow {
  return { reason, meaning };
}

/**
 * Meta's codes as its tables of November 2025 and September 2026 and the public clients know them. Read by code alone:
 * titles are localised or about to go, and the HTTP status contradicts the meaning in places (3 and 131045 come with 500
 * and are final).
 */
const CODES: Readonly<Record<number, ErrorRow>> = {
  0: row("token_invalid", "Meta could not authenticate the app"),
  1: row("meta_failed", "Meta reported a fault without saying which"),
  2: row("meta_failed", "Meta's service is down or overloaded"),
  3: row("permission_missing", "The app lacks a capability for this call"),
  4: row("app_rate_limited", "The app made too many calls"),
  10: row("permission_missing", "The token lacks a permission for this call"),
  17: row("app_rate_limited", "The token's user made too many calls"),
  33: row("object_missing", "The business phone number was deleted"),
  100: row("request_invalid", "Meta did not accept a parameter"),
  101: row("token_invalid", "Meta could not validate the app"),
  102: row("token_invalid", "The access token's session is not valid"),
  104: row("token_invalid", "The request had no access token"),
  190: row("token_invalid", "The access token is not valid any more"),
  368: row("account_blocked", "Meta blocked the account for a while because of its policies"),
  613: row("app_rate_limited", "Too many calls of this kind were made"),
  2500: row("token_invalid", "The request had no active access token"),
  80007: row("account_rate_limited", "The WhatsApp account reached its limit of management calls"),
  80008: row("account_rate_limited", "The WhatsApp account reached its limit of management calls"),
  130403: row("recipient_blocked", "You blocked this recipient"),
  130429: row("number_rate_limited", "The number reached its messages per second"),
  130472: row("recipient_in_experiment", "Meta holds this person in an experiment without such messages"),
  130497: row("country_restricted", "The account may not write to this country"),
  131000: row("meta_failed", "Something went wrong at Meta"),
  131002: row("request_invalid", "The recipient type is not valid"),
  131005: row("permission_missing", "Access was denied to the token"),
  131008: row("request_invalid", "A required parameter was missing"),
  131009: row("request_invalid", "A parameter had a value that Meta does not accept"),
  131016: row("meta_failed", "Meta's messaging service is unavailable"),
  131020: row("feature_refused", "The group has no other member"),
  131021: row("recipient_is_sender", "The recipient is the sending number itself"),
  131026: row("recipient_unreachable", "WhatsApp could not deliver to this number"),
  131030: row("recipient_not_allowed", "A test number writes only to listed recipients"),
  131031: row("account_blocked", "The account is locked, or the number's PIN did not match"),
  131037: row("number_not_ready", "The number's display name is not approved yet"),
  131041: row("feature_refused", "The group does not exist"),
  131042: row("payment_required", "The account has a payment problem"),
  131044: row("payment_required", "The account has a payment problem with calls"),
  131045: row("number_not_ready", "The number's registration or certificate is not valid"),
  131047: row("window_closed", "More than 24 hours passed since the customer last wrote"),
  131048: row("number_spam_limited", "Meta limits this number because people blocked or reported it"),
  131049: row("recipient_capped", "This person has had enough marketing messages for now"),
  131050: row("recipient_stopped_marketing", "This person stopped marketing messages from you in WhatsApp"),
  131051: row("request_invalid", "The message type is not supported"),
  131052: row("media_failed", "A received file could not be fetched or is too large"),
  131053: row("media_failed", "A file of the message could not be loaded"),
  131055: row("marketing_disabled", "This way of sending is not allowed for the template"),
  131056: row("pair_rate_limited", "Too many messages went to this recipient in a short time"),
  131057: row("number_maintenance", "Meta is upgrading the number"),
  131059: row("cursor_invalid", "The place in a list is not valid any more"),
  131060: row("request_invalid", "The message is not available on this kind of device"),
  131062: row("recipient_needs_phone", "This kind of message cannot go to a user id"),
  131063: row("marketing_disabled", "The account has marketing templates switched off here"),
  131064: row("misclassified_templates", "Meta limits the account because templates were filed wrongly"),
  131201: row("partly_done", "Meta carried out a part of the group request"),
  132000: row("template_parameters", "The number of parameters differs from the template's"),
  132001: row("template_missing", "The template does not exist in this language or is not approved"),
  132005: row("parameter_refused", "The template's text with its parameters is too long"),
  132007: row("template_content", "The template's content is against Meta's policy"),
  132008: row("parameter_refused", "A parameter's value is not valid for the template"),
  132012: row("template_parameters", "A parameter has another form than in the template"),
  132015: row("template_paused", "Meta paused the template because of its quality"),
  132016: row("template_disabled", "Meta disabled the template after repeated pauses"),
  132018: row("parameter_refused", "The template with its values did not pass Meta's check"),
  132068: row("flow_blocked", "The template's flow is blocked"),
  132069: row("flow_throttled", "The template's flow is throttled"),
  133000: row("number_not_ready", "An earlier removal of the number did not finish"),
  133004: row("meta_failed", "Meta's registration service is unavailable"),
  133005: row("number_not_ready", "The number's PIN does not match"),
  133006: row("number_not_ready", "The number has to be verified again"),
  133008: row("number_not_ready", "The number's PIN was entered wrongly too often"),
  133009: row("number_not_ready", "The number's PIN was entered too fast"),
  133010: row("number_not_ready", "The number is not registered"),
  133015: row("number_just_deleted", "The number was deleted a moment ago"),
  133016: row("number_not_ready", "The number was registered or removed too often in 72 hours"),
  134011: row("feature_refused", "The terms of WhatsApp payments are not accepted"),
  134100: row("marketing_disabled", "Meta's marketing API takes only marketing templates"),
  134101: row("template_syncing", "The template is still being copied inside Meta"),
  134102: row("meta_failed", "The template is not available at Meta at the moment"),
  135000: row("request_invalid", "Meta found something wrong with the request"),
  137000: row("recipient_identity_changed", "The recipient is not who they were before"),
  139103: row("meta_failed", "Meta failed while it changed the list of blocked people"),
  139200: row("direct_send_refused", "Meta refused a message without a template"),
  2388318: row("direct_send_refused", "Meta refused a message without a template"),
  2388330: row("direct_send_refused", "Meta refused a message without a template"),
  2494100: row("number_maintenance", "The number is in maintenance"),
  2593107: row("feature_refused", "The history of the WhatsApp Business app was asked for too often"),
  2593108: row("feature_refused", "The history of the WhatsApp Business app cannot be had any more"),
  2593109: row("feature_refused", "The business does not share the history of its WhatsApp Business app"),
};

/** Where Meta gives a whole range to one thing. Searched after the exact codes. */
const RANGES: readonly { readonly from: number; readonly to: number; readonly row: ErrorRow }[] = [
  { from: 200, to: 299, row: row("permission_missing", "The token lacks a permission for this call") },
  { from: 131200, to: 131299, row: row("feature_refused", "Meta refused something about a group") },
  { from: 138000, to: 138999, row: row("feature_refused", "Meta refused something about a call") },
  { from: 139000, to: 139004, row: row("feature_refused", "Meta refused something about a flow") },
  {
    from: 139100,
    to: 139103,
    row: row("feature_refused", "Meta could not change the list of blocked people"),
  },
  { from: 147001, to: 147005, row: row("feature_refused", "Meta refused something about a username") },
];

/** The few subcodes that mean something else than their code; `code/subcode`. */
const SUBCODES: Readonly<Record<string, ErrorRow>> = {
  "100/33": row("object_missing", "The account or number does not exist for this token"),
  "190/460": row("token_invalid", "The access token ended because a password was changed"),
  "190/463": row("token_invalid", "The access token has expired"),
  "190/467": row("token_invalid", "The access token was withdrawn"),
  "100/2388318": row("direct_send_refused", "Meta refused a message without a template"),
  "100/2388330": row("direct_send_refused", "Meta refused a message without a template"),
};

/**
 * Meta answers a wrong or missing proof with the general code 100 and no subcode. Only the name of the argument in the text tells
 * it from a parameter of the message; it is a name of the API and therefore never localised.
 */
const PROOF_ARGUMENT = "appsecret_proof";
const PROOF_REFUSED = row("app_secret_invalid", "Meta does not accept the app secret");

/** Subcodes of code 100 that come from creating or editing a template. */
const TEMPLATE_SUBCODES = { from: 2388000, to: 2388999 };

export interface GraphDecision extends ErrorDecision {
  /** Stable: timelines, metrics and pages key on it. */
  readonly reasonCode: GraphReason;
  /** What happened, as the beginning of a sentence; it promises nothing. */
  readonly meaning: string;
  /** For the timeline: what happened and what to do, with nothing personal in it. */
  readonly sentence: string;
}

/**
 * Decides what an error answer of the Graph API means for the request it answers.
 *
 * A code that is not in the table: with a plain 4xx the API has looked at the request and declined it, and a repetition
 * of what it declined for an unknown reason gains nothing, so refused and never again. With 5xx, or when Meta itself
 * calls it transient, the request may have been half done (that is what 1, 2, 131000 and 131016 are), so unknown. An
 * error inside a 2xx or 3xx is unknown whatever its code.
 */
export function decideOnGraphError(error: GraphError, httpStatus: number): GraphDecision {
  const known = rowOf(error);
  if (httpStatus < 400) return decision("partly_done", known?.meaning ?? unlisted(error));
  if (known) return decision(known.reason, known.meaning);
  const declined = httpStatus < 500 && error.isTransient !== true;
  return decision(declined ? "unlisted_refusal" : "unlisted_failure", unlisted(error));
}

/**
 * Decides what an error inside a `failed` status means. Here Meta itself says that the message was not delivered, so the
 * outcome is never unknown, not even for the codes that leave it open in an answer.
 */
export function decideOnFailedStatus(error: Pick<GraphError, "code" | "subcode">): GraphDecision {
  const known = rowOf(error);
  const decided = known
    ? decision(known.reason, known.meaning)
    : decision("unlisted_refusal", unlisted(error));
  if (decided.outcomeClass === "refused") return decided;
  const sentence = `${decided.meaning}: the message was not delivered and is tried again.`;
  return { ...decided, outcomeClass: "refused", wait: { kind: "powers_of_four" }, sentence };
}

function rowOf({
  code,
  subcode,
  message,
}: Pick<GraphError, "code" | "subcode" | "message">): ErrorRow | undefined {
  if (code === 100 && message?.reveal().includes(PROOF_ARGUMENT)) return PROOF_REFUSED;
  const special = SUBCODES[`${code}/${subcode}`];
  if (special) return special;
  if (code === 100 && subcode !== undefined && isWithin(subcode, TEMPLATE_SUBCODES)) {
    return row("template_change_refused", "Meta did not accept the template or its change");
  }
  return CODES[code] ?? RANGES.find((range) => isWithin(code, range))?.row;
}

function isWithin(code: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return code >= from && code <= to;
}

function decision(reasonCode: GraphReason, meaning: string): GraphDecision {
  const decided: ErrorDecision = ERROR_DECISIONS[reasonCode];
  return { ...decided, reasonCode, meaning, sentence: `${meaning}: ${decided.advice}` };
}

function unlisted({ code }: Pick<GraphError, "code">): string {
  return `Meta answered with error ${code}`;
}
