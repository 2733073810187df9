import { type EventType, entityOf, type PlatformEvent, parseEvent, VOCABULARY } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { canonicalJson } from "../kernel/json.ts";
import { pii } from "../kernel/pii.ts";
import { type Keys, keyedHash } from "../keys/index.ts";
import type { DirectNotice, Messaging, PublishResult } from "../messaging.ts";
import type { Reason } from "../policy/index.ts";
import {
  directRuleId,
  type Intent,
  intentsOf,
  languagesFor,
  type ParameterProblem,
  type Rule,
} from "../rules/index.ts";
import type { Intake } from "./intake.ts";
import type { PlannedIntent, Publication } from "./publication.ts";

const DIRECT_USEFUL_FOR_MS = 24 * 60 * 60_000;
const FALLBACK_LANGUAGE = "en";

/** Turns events and notices into publications and hands them to the intake. */
export type Publisher = Pick<Messaging, "publish" | "notify">;

export function createPublisher({
  intake,
  keys,
  rules,
  workspaceId,
}: {
  readonly intake: Intake;
  readonly keys: Keys;
  readonly rules: readonly Rule[];
  readonly workspaceId: string;
}): Publisher {
  async function bodyHash(body: unknown): Promise<Buffer> {
    const { lookup } = await keys.workspace(workspaceId);
    return keyedHash(lookup, "event.body", canonicalJson(body));
  }

  return {
    async publish(input, { claims = [], wishUnknown = false } = {}): Promise<PublishResult> {
      const parsed = parseEvent(input);
      if (!parsed.ok) {
        const detail = parsed.fields
          .map(({ pointer, detail }) => `${pointer || "the body"}: ${detail}`)
          .join(" ");
        throw new WebxkeyError(parsed.code, { detail, fields: parsed.fields });
      }
      const { event } = parsed;
      const { recipient } = event.data;
      return await intake(workspaceId, {
        source: event.source,
        externalId: event.id,
        type: event.type,
        entity: entityOf(event),
        occurredAt: new Date(event.time),
        origin: event.origin ?? "push",
        doNotNotify: event.donotnotify ?? false,
        wishUnknown,
        ...phoneOf(recipient),
        bodyHash: await bodyHash(event.data),
        intents: intentsOf(event, rules).map((intent) => planned(intent, event)),
        claims,
      });
    },

    async notify(notice, { claims = [] } = {}): Promise<PublishResult> {
      const { id, source, entity, occurredAt, recipient } = notice;
      return await intake(workspaceId, {
        source,
        externalId: id,
        type: directRuleId(notice.purpose),
        entity,
        occurredAt,
        origin: "push",
        doNotNotify: false,
        wishUnknown: false,
        ...phoneOf(recipient),
        bodyHash: await bodyHash([notice.template, notice.params, entity, recipient]),
        intents: [direct(notice)],
        claims,
      });
    },
  };
}

function phoneOf({
  phone,
  phone_problem,
}: PlatformEvent["data"]["recipient"]): Pick<Publication, "phone" | "phoneProblem"> {
  if (phone !== undefined) return { phone: pii(phone), phoneProblem: null };
  return { phone: null, phoneProblem: phone_problem ?? "missing" };
}

function planned(intent: Intent, event: PlatformEvent): PlannedIntent {
  return {
    ruleId: intent.ruleId,
    switchedByRule: true,
    purpose: intent.purpose,
    channel: intent.channel,
    template: intent.template,
    languages: intent.languages,
    params: pii(intent.params),
    paramsProblem: intent.paramsProblem && reasonOf(intent.paramsProblem),
    usefulForMs: intent.usefulForMs,
    security: intent.purpose === "account-security" && isSecurity(event.type),
  };
}

function direct(notice: DirectNotice): PlannedIntent {
  return {
    ruleId: directRuleId(notice.purpose),
    switchedByRule: false,
    purpose: notice.purpose,
    channel: "whatsapp",
    template: notice.template,
    languages: languagesFor(notice.recipient.locale, FALLBACK_LANGUAGE),
    params: pii(notice.params),
    paramsProblem: null,
    usefulForMs: DIRECT_USEFUL_FOR_MS,
    security: false,
  };
}

function reasonOf(problem: ParameterProblem): Reason {
  switch (problem.code) {
    case "params_failed":
      return { code: "params_failed" };
    case "empty_parameter":
      return { code: "parameter_missing", detail: problem.parameter };
    case "parameter_too_long":
      return { code: "parameter_mismatch", detail: `${problem.parameter} is too long` };
  }
}

function isSecurity(type: EventType): boolean {
  return VOCABULARY[type].security;
}
