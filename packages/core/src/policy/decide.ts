import {
  allowingRecord,
  type ConsentStanding,
  type EntityRef,
  IDENTITY_CHANGES,
  lacksConfirmation,
} from "../consent/record.ts";
import { type Reason, sentenceOf } from "./reasons.ts";
import { personLimit, type SecurityConditions, workspaceLimit } from "./security-notices.ts";

/** What allows a message. Today one of two of the five kinds that the architecture names. */
export type Evidence =
  | { readonly kind: "consent"; readonly consentId: string }
  /** A security notice that the person just asked for needs no consent. */
  | { readonly kind: "security_request" };

/** A value, never an exception. */
export type Decision =
  | { readonly kind: "send"; readonly evidence: Evidence }
  | { readonly kind: "hold"; readonly evidence: Evidence | null; readonly reason: Reason }
  | { readonly kind: "deny"; readonly reason: Reason };

/** What is asked at intake only: it cannot change any more. */
export interface IntakeFacts {
  readonly occurredAt: Date;
  readonly installedAt: Date;
  /** Null for a notice of the host's own code, which no rule switch governs. */
  readonly ruleActiveSince: Date | null;
  readonly doNotNotify: boolean;
  readonly wishUnknown: boolean;
  readonly overtaken: boolean;
  /** It cancels an order whose placing or confirmation was never published. */
  readonly neverOrdered: boolean;
  readonly amountless: boolean;
  readonly phoneProblem: "missing" | "unparseable" | null;
  readonly paramsProblem: Reason | null;
  readonly burst: { readonly sendsThisHour: number; readonly holdAbove: number };
  /** Null for everything that is no security notice. */
  readonly securityNotice: SecurityConditions | null;
}

/** What is asked at intake and again in the transaction that claims the message. */
export interface SendFacts {
  readonly now: Date;
  readonly expiresAt: Date;
  /** A security notice, such as a password reset. */
  readonly security: boolean;
  /** A STOP ends security notices too: a setting of the workspace. */
  readonly stopCoversSecurity: boolean;
  /** The person left the number that the message goes to; whoever has it now would read a security notice of theirs. */
  readonly numberGivenUp: boolean;
  readonly entity: EntityRef;
  /** False when the person's key was destroyed. */
  readonly personExists: boolean;
  /** True when an erasure was asked for: nothing is sent to the person any more. */
  readonly restricted: boolean;
  readonly standing: ConsentStanding;
  /** The person wrote something that may mean "stop", and nobody has answered what it means. */
  readonly optOutUnsure: boolean;
  readonly sender: "connected" | "missing" | "token_invalid" | "app_secret_invalid";
  /** Null when a template of the right shape, language and status is there. */
  readonly templateProblem: Reason | null;
}

/**
 * Decides one intent. Pure and total: the same facts give the same decision, and every path ends in one.
 *
 * The order of the questions is the order of what a person should hear first: what can never be sent, then what lacks
 * permission, then what can be mended.
 */
export function decide(intake: IntakeFacts, send: SendFacts): Decision {
  const never = neverSent(intake, send);
  if (never) return { kind: "deny", reason: never };
  const again = decideAgain(intake.paramsProblem ? withoutValues(send) : send);
  if (again.kind === "deny") return again;
  // At intake a template that does not suit the message never has.
  if (again.kind === "hold" && again.reason.code === "template_unsuitable" && send.templateProblem) {
    return { kind: "deny", reason: send.templateProblem };
  }
  if (intake.paramsProblem) return { kind: "deny", reason: intake.paramsProblem };
  const { securityNotice } = intake;
  const personal = securityNotice && personLimit(securityNotice, send.now);
  if (personal) return { kind: "deny", reason: personal };
  // First what only a person ends: a hold that ends by itself would let the message go without being asked again.
  if (intake.wishUnknown) return { kind: "hold", evidence: again.evidence, reason: { code: "wish_unknown" } };
  if (!send.security && intake.burst.sendsThisHour >= intake.burst.holdAbove) {
    return { kind: "hold", evidence: again.evidence, reason: { code: "burst_guard" } };
  }
  const crowd = securityNotice && again.kind === "send" && workspaceLimit(securityNotice, send.now);
  if (crowd) return { kind: "hold", evidence: again.evidence, reason: crowd };
  return again;
}

/**
 * The second look, in the transaction that claims the message. A template that does not suit it has changed since the first, and
 * may be changed back.
 */
export function decideAgain(send: SendFacts): Decision {
  if (send.now >= send.expiresAt) return { kind: "deny", reason: { code: "expired" } };
  if (!send.personExists) return { kind: "deny", reason: { code: "person_erased" } };
  if (send.restricted) return { kind: "deny", reason: { code: "person_restricted" } };
  const permission = permissionFor(send);
  if ("code" in permission) return { kind: "deny", reason: permission };
  if (send.optOutUnsure && !send.security) {
    return { kind: "hold", evidence: permission, reason: { code: "opt_out_unsure" } };
  }
  if (send.sender !== "connected") {
    return { kind: "hold", evidence: permission, reason: { code: SENDER_HOLDS[send.sender] } };
  }
  if (send.templateProblem) {
    return { kind: "hold", evidence: permission, reason: heldFor(send.templateProblem) };
  }
  return { kind: "send", evidence: permission };
}

const SENDER_HOLDS = {
  missing: "sender_missing",
  token_invalid: "sender_token_invalid",
  app_secret_invalid: "sender_app_secret_invalid",
} as const;

/** What Meta took from a template it may give back, and the text is the same. */
const WAITS_FOR_META: readonly Reason["code"][] = ["template_not_approved", "template_category_mismatch"];

function heldFor(problem: Reason): Reason {
  if (WAITS_FOR_META.includes(problem.code)) return problem;
  const [first = "", ...rest] = sentenceOf(problem).replace(/^Not sent: /, "");
  return { code: "template_unsuitable", detail: [first.toUpperCase(), ...rest].join("") };
}

function neverSent(intake: IntakeFacts, { now, expiresAt }: SendFacts): Reason | undefined {
  if (intake.doNotNotify) return { code: "do_not_notify" };
  if (intake.overtaken) return { code: "overtaken" };
  if (intake.neverOrdered) return { code: "never_ordered" };
  if (intake.amountless) return { code: "amountless" };
  if (intake.occurredAt < intake.installedAt) return { code: "before_installation" };
  if (now >= expiresAt) return { code: "too_old" };
  if (intake.ruleActiveSince && intake.occurredAt < intake.ruleActiveSince) return { code: "rule_off_then" };
  if (intake.phoneProblem === "missing") return { code: "phone_missing" };
  if (intake.phoneProblem === "unparseable") return { code: "phone_unparseable" };
  if (intake.securityNotice?.phoneVerified === false) return { code: "phone_not_verified" };
  return undefined;
}

const VALUE_PROBLEMS: readonly (Reason["code"] | undefined)[] = ["parameter_missing", "parameter_mismatch"];

/** Where the rule could not give values, the template lacks them only for that reason, which is the one to tell. */
function withoutValues(send: SendFacts): SendFacts {
  return VALUE_PROBLEMS.includes(send.templateProblem?.code) ? { ...send, templateProblem: null } : send;
}

function permissionFor(send: SendFacts): Evidence | Reason {
  if (send.security) {
    if (send.numberGivenUp) return { code: "security_number_given_up" };
    return send.stopCoversSecurity && send.standing.kind === "withdrawn"
      ? { code: "consent_withdrawn" }
      : { kind: "security_request" };
  }
  const record = allowingRecord(send.standing, send.entity);
  if (record) return { kind: "consent", consentId: record.consentId };
  if (lacksConfirmation(send.standing)) return { code: "consent_not_confirmed" };
  switch (send.standing.kind) {
    case "withdrawn": {
      const { method, entity } = send.standing.record;
      if (entity !== null) return { code: "consent_unticked" };
      return { code: IDENTITY_CHANGES.includes(method) ? "number_given_up" : "consent_withdrawn" };
    }
    case "claimed":
      return { code: "consent_other_order" };
    default:
      return { code: "no_consent" };
  }
}
