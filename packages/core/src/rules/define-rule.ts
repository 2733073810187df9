import {
  type EventData,
  type EventOf,
  type EventType,
  isEventType,
  type PlatformEvent,
  VOCABULARY,
} from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Purpose } from "../kernel/vocabulary.ts";
import type { Template } from "./define-template.ts";

export type { Purpose };

export interface RuleContext {
  /** BCP 47: the language to write numbers, money and dates in. */
  readonly locale: string;
}

/** A rule: on this event, for this purpose, use this template with these parameters. Made by `defineRule`. */
export interface Rule {
  /** Unique and lasting: (event, rule) is what makes a message happen once, and switches and reports know it by this name. */
  readonly id: string;
  readonly on: EventType;
  readonly purpose: Purpose;
  readonly template: Template;
  /** An event of its type, for previews: what the message would look like. */
  readonly sample: PlatformEvent;
  /** Shorter than the event type's own; a longer one has no effect. */
  readonly usefulForMs?: number | undefined;
  /** The merchant's own function: it may throw, and may return what its type forbids. */
  params(data: EventData, context: RuleContext): Readonly<Record<string, string>>;
}

export interface RuleDefinition<Type extends EventType, Parameter extends string> {
  readonly id: string;
  readonly on: Type;
  readonly purpose: Purpose;
  readonly template: Template<Parameter>;
  readonly sample: EventOf<NoInfer<Type>>;
  readonly usefulForMs?: number;
  /** Every parameter of the template must be there: a forgotten one does not compile. */
  readonly params: (
    data: EventData<Type>,
    context: RuleContext,
  ) => NoInfer<Readonly<Record<Parameter, string>>>;
}

const RULE_ID = /^[a-z0-9][a-z0-9-]{0,79}$/;

/**
 * Makes a rule. `params` gets the event's data and must not depend on anything else: it runs again for a preview.
 *
 * @example
 * ```ts
 * import { sampleEvent, type Template } from "@webxkey/core";
 *
 * declare const orderConfirmation: Template<"customer_name" | "order_code">;
 *
 * const rule = defineRule({
 *   id: "order-confirmation",
 *   on: "order.placed",
 *   purpose: "order-updates",
 *   template: orderConfirmation,
 *   params: ({ order, recipient }) => ({ customer_name: recipient.name ?? "customer", order_code: order.code }),
 *   sample: sampleEvent("order.placed"),
 * });
 * ```
 * @throws WebxkeyError `invalid_configuration` where the rule contradicts itself or the vocabulary.
 */
export function defineRule<const Type extends EventType, Parameter extends string>(
  definition: RuleDefinition<Type, Parameter>,
): Rule {
  requireSoundRule(definition);
  return definition as RuleDefinition<Type, Parameter> & Pick<Rule, "params" | "sample">;
}

/**
 * Looks at rules again where they are handed to the engine: a copy of a rule with something changed has not passed
 * `defineRule`.
 * @throws WebxkeyError `invalid_configuration`.
 */
export function requireSoundRules(rules: readonly Rule[]): void {
  const ids = new Set<string>();
  for (const rule of rules) {
    requireSoundRule(rule);
    if (ids.has(rule.id))
      throw refusal(`Two rules have the id ${rule.id}: each message needs a rule of its own.`);
    ids.add(rule.id);
  }
}

function requireSoundRule({
  id,
  on,
  purpose,
  template,
  usefulForMs,
}: Pick<Rule, "id" | "on" | "purpose" | "template" | "usefulForMs">): void {
  if (!RULE_ID.test(id)) {
    throw refusal("Name a rule with 1 to 80 lower-case letters, digits and dashes.");
  }
  if (!isEventType(on)) {
    throw refusal(`The rule ${id} waits for an event type that is not in the vocabulary.`);
  }
  // A security message needs no consent, so that an order must not be able to call itself one.
  if (purpose === "account-security" && !VOCABULARY[on].security) {
    throw refusal(`The rule ${id} cannot serve account-security: ${on} is not a security event.`);
  }
  if (template.category === "MARKETING" && purpose !== "marketing") {
    throw refusal(`The rule ${id} uses a marketing template, so that its purpose must be marketing.`);
  }
  if (usefulForMs !== undefined && !(Number.isSafeInteger(usefulForMs) && usefulForMs > 0)) {
    throw refusal(`Give the rule ${id} a usefulForMs that is a positive whole number of milliseconds.`);
  }
}

const DIRECT = "direct:";

/** The rule of messages that the host's own code asks for. A colon cannot stand in the id of any other rule. */
export function directRuleId(purpose: Purpose): string {
  return `${DIRECT}${purpose}`;
}

function refusal(detail: string): WebxkeyError {
  return new WebxkeyError("invalid_configuration", { detail });
}
