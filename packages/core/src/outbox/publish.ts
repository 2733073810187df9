import type { Actor } from "../audit/index.ts";
import { type EventType, entityOf, type PlatformEvent, parseEvent, VOCABULARY } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { canonicalJson } from "../kernel/json.ts";
import { pii } from "../kernel/pii.ts";
import { type Keys, keyedHash } from "../keys/index.ts";
import type { DirectNotice, OrderConsents, PublishOptions, PublishResult } from "../messaging.ts";
import type { Reason } from "../policy/index.ts";
import {
  directRuleId,
  type FilledParameters,
  fillParameters,
  fillTemplate,
  type Intent,
  intentsOf,
  type ParameterProblem,
  type Rule,
} from "../rules/index.ts";
import type { Intake } from "./intake.ts";
import { readNotice } from "./notice.ts";
import type { FilledIntent, PlannedIntent, Publication } from "./publication.ts";

const DIRECT_USEFUL_FOR_MS = 24 * 60 * 60_000;
const FALLBACK_LANGUAGE = "en";
/** In the process there is only the host's own code. */
const HOST: Actor = { type: "host" };

/** Fixed sentences: a field's name may be a sender's own invention, so it stays in `fields` and out of logs. */
const DETAIL_OF = {
  invalid_event: "The event does not fit CloudEvents 1.0 or the vocabulary; each field at fault is named.",
  unknown_event_type: "The event's type is not in the vocabulary.",
} as const;

/** Turns events and notices into publications and hands them to the intake. */
export interface Publisher {
  /** @throws WebxkeyError `event_id_reused` where `refuseOtherBody` is asked for. */
  publish(
    workspaceId: string,
    event: unknown,
    options?: PublishOptions & {
      readonly by?: Actor;
      readonly refuseOtherBody?: boolean;
      /** What happened before is recorded and never sent. */
      readonly connectedAt?: Date;
    },
  ): Promise<PublishResult>;
  notify(workspaceId: string, notice: DirectNotice, options?: OrderConsents): Promise<PublishResult>;
}

/** @throws WebxkeyError `invalid_event` or `unknown_event_type` naming each field. */
export function eventIn(input: unknown): PlatformEvent {
  const parsed = parseEvent(input);
  if (parsed.ok) return parsed.event;
  throw new WebxkeyError(parsed.code, { detail: DETAIL_OF[parsed.code], fields: parsed.fields });
}

export function createPublisher({
  intake,
  keys,
  rules,
}: {
  readonly intake: Intake;
  readonly keys: Keys;
  readonly rules: readonly Rule[];
}): Publisher {
  async function bodyHash(workspaceId: string, body: unknown): Promise<Buffer> {
    const { lookup } = await keys.workspace(workspaceId);
    return keyedHash(lookup, "event.body", canonicalJson(body));
  }

  return {
    async publish(workspaceId, input, options = {}): Promise<PublishResult> {
      const {
        claims = [],
        takenBack = [],
        unusableClaim = null,
        wishUnknown = false,
        by = HOST,
        refuseOtherBody = false,
        connectedAt = null,
      } = options;
      const event = eventIn(input);
      const { recipient } = event.data;
      return await intake(workspaceId, {
        source: event.source,
        externalId: event.id,
        type: event.type,
        entity: entityOf(event),
        occurredAt: new Date(event.time),
        origin: event.origin ?? "push",
        doNotNotify: event.donotnotify ?? false,
        overtaken: event.overtaken ?? false,
        cancelsOrderOf: event.type === "order.cancelled" ? new Date(event.data.order.placed_at) : null,
        amountless: isAmountless(event),
        wishUnknown,
        connectedAt,
        ...phoneOf(recipient),
        bodyHash: await bodyHash(workspaceId, event.data),
        by,
        refuseOtherBody,
        intents: rules.flatMap((rule) =>
          intentsOf(event, [rule]).map((intent) => planned(intent, event, rule)),
        ),
        claims,
        takenBack,
        unusableClaim,
      });
    },

    async notify(
      workspaceId,
      given,
      { claims = [], takenBack = [], unusableClaim = null } = {},
    ): Promise<PublishResult> {
      const notice = readNotice(given);
      const { id, source, entity, occurredAt, recipient } = notice;
      return await intake(workspaceId, {
        source,
        externalId: id,
        type: directRuleId(notice.purpose),
        entity,
        occurredAt,
        origin: "push",
        doNotNotify: false,
        overtaken: false,
        cancelsOrderOf: null,
        amountless: false,
        wishUnknown: false,
        connectedAt: null,
        ...phoneOf(recipient),
        bodyHash: await bodyHash(workspaceId, [notice.template, notice.params, entity, recipient]),
        by: HOST,
        refuseOtherBody: false,
        intents: [direct(notice)],
        claims,
        takenBack,
        unusableClaim,
      });
    },
  };
}

function phoneOf({
  phone,
  phone_problem,
  phone_verified = false,
}: PlatformEvent["data"]["recipient"]): Pick<Publication, "phone" | "phoneProblem" | "phoneVerified"> {
  if (phone !== undefined) return { phone: pii(phone), phoneProblem: null, phoneVerified: phone_verified };
  return { phone: null, phoneProblem: phone_problem ?? "missing", phoneVerified: false };
}

/** A refund that only puts goods back on the shelf, and a payment of a free order. */
function isAmountless({ data }: PlatformEvent): boolean {
  const money = "refund" in data ? data.refund : "payment" in data ? data.payment : undefined;
  return money?.amount.amount === 0;
}

function planned(intent: Intent, event: PlatformEvent, rule: Rule): PlannedIntent {
  const security = intent.purpose === "account-security" && isSecurity(event.type);
  return {
    ruleId: intent.ruleId,
    switchedByRule: true,
    purpose: intent.purpose,
    channel: intent.channel,
    template: intent.template,
    locale: intent.locale,
    fallbackLanguage: intent.fallbackLanguage,
    fill: (language, business) =>
      filledOf(fillTemplate(security ? withoutFreeText(event, business) : event, rule, language)),
    usefulForMs: intent.usefulForMs,
    security,
  };
}

function direct(notice: DirectNotice): PlannedIntent {
  return {
    ruleId: directRuleId(notice.purpose),
    switchedByRule: false,
    purpose: notice.purpose,
    channel: "whatsapp",
    template: notice.template,
    locale: notice.recipient.locale ?? null,
    fallbackLanguage: FALLBACK_LANGUAGE,
    fill: () => filledOf(fillParameters(Object.keys(notice.params), notice.params)),
    usefulForMs: DIRECT_USEFUL_FOR_MS,
    security: false,
  };
}

function filledOf(filled: FilledParameters): FilledIntent {
  return filled.ok
    ? { params: pii(filled.params), problem: null }
    : { params: pii({}), problem: reasonOf(filled.problem) };
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

/**
 * A security notice needs no consent, so nothing that somebody typed may stand in it: whoever opens an account writes its name,
 * and whoever publishes the event writes the shop's.
 */
function withoutFreeText<Event extends PlatformEvent>(event: Event, business: string): Event {
  const { name: _dropped, ...recipient } = event.data.recipient;
  return { ...event, data: { ...event.data, recipient, shop: { name: business } } };
}

function isSecurity(type: EventType): boolean {
  return VOCABULARY[type].security;
}
