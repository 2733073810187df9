import { allowingRecord, type ConsentStanding, type EntityRef, IDENTITY_CHANGES } from "../consent/record.ts";
import type { Reason } from "./reasons.ts";

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
  readonly phoneProblem: "missing" | "unparseable" | null;
  readonly paramsProblem: Reason | null;
  readonly burst: { readonly sendsThisHour: number; readonly holdAbove: number };
}

/** What is asked at intake and again in the transaction that claims the message. */
export interface SendFacts {
  readonly now: Date;
  readonly expiresAt: Date;
  /** A security notice, such as a password reset. */
  readonly security: boolean;
  readonly entity: EntityRef;
  /** False when the person's key was destroyed. */
  readonly personExists: boolean;
  /** True when an erasure was asked for: nothing is sent to the person any more. */
  readonly restricted: boolean;
  readonly standing: ConsentStanding;
  readonly sender: "connected" | "missing" | "token_invalid";
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
  if (intake.paramsProblem) return { kind: "deny", reason: intake.paramsProblem };
  if (again.kind === "hold") return again;
  if (intake.wishUnknown) return { kind: "hold", evidence: again.evidence, reason: { code: "wish_unknown" } };
  if (!send.security && intake.burst.sendsThisHour >= intake.burst.holdAbove) {
    return { kind: "hold", evidence: again.evidence, reason: { code: "burst_guard" } };
  }
  return again;
}

/** The second look, in the transaction that claims the message. */
export function decideAgain(send: SendFacts): Decision {
  if (send.now >= send.expiresAt) return { kind: "deny", reason: { code: "expired" } };
  if (!send.personExists) return { kind: "deny", reason: { code: "person_erased" } };
  if (send.restricted) return { kind: "deny", reason: { code: "person_restricted" } };
  const permission = permissionFor(send);
  if ("code" in permission) return { kind: "deny", reason: permission };
  if (send.sender !== "connected") {
    const code = send.sender === "missing" ? "sender_missing" : "sender_token_invalid";
    return { kind: "hold", evidence: permission, reason: { code } };
  }
  if (send.templateProblem?.code === "template_not_approved") {
    return { kind: "hold", evidence: permission, reason: send.templateProblem };
  }
  if (send.templateProblem) return { kind: "deny", reason: send.templateProblem };
  return { kind: "send", evidence: permission };
}

function neverSent(intake: IntakeFacts, { now, expiresAt }: SendFacts): Reason | undefined {
  if (intake.doNotNotify) return { code: "do_not_notify" };
  if (intake.overtaken) return { code: "overtaken" };
  if (intake.occurredAt < intake.installedAt) return { code: "before_installation" };
  if (now >= expiresAt) return { code: "too_old" };
  if (intake.ruleActiveSince && intake.occurredAt < intake.ruleActiveSince) return { code: "rule_off_then" };
  if (intake.phoneProblem === "missing") return { code: "phone_missing" };
  if (intake.phoneProblem === "unparseable") return { code: "phone_unparseable" };
  return undefined;
}

const VALUE_PROBLEMS: readonly (Reason["code"] | undefined)[] = ["parameter_missing", "parameter_mismatch"];

/** Where the rule could not give values, the template lacks them only for that reason, which is the one to tell. */
function withoutValues(send: SendFacts): SendFacts {
  return VALUE_PROBLEMS.includes(send.templateProblem?.code) ? { ...send, templateProblem: null } : send;
}

function permissionFor(send: SendFacts): Evidence | Reason {
  if (send.security) return { kind: "security_request" };
  const record = allowingRecord(send.standing, send.entity);
  if (record) return { kind: "consent", consentId: record.consentId };
  switch (send.standing.kind) {
    case "withdrawn":
      return {
        code: IDENTITY_CHANGES.includes(send.standing.record.method)
          ? "number_given_up"
          : "consent_withdrawn",
      };
    case "claimed":
      return { code: "consent_other_order" };
    default:
      return { code: "no_consent" };
  }
}
