import { type EntityRef, entityOf, type PlatformEvent, VOCABULARY } from "../events/index.ts";
import type { Purpose, Rule } from "./define-rule.ts";
import { type FilledParameters, fillParameters, type ParameterProblem } from "./parameters.ts";

/** One wish to tell one person one thing. Nothing is decided yet: consent, template and time are looked at next. */
export interface Intent {
  readonly ruleId: string;
  readonly purpose: Purpose;
  readonly channel: "whatsapp";
  readonly template: string;
  /** BCP 47: the person's own language, as far as the event says it. */
  readonly locale: string | null;
  readonly fallbackLanguage: string;
  /** The template's parameters, written for that language; empty where there is a problem. */
  readonly params: Readonly<Record<string, string>>;
  readonly paramsProblem: ParameterProblem | null;
  readonly entity: EntityRef;
  /** Counted from the event's time; after that it is recorded, never sent. */
  readonly usefulForMs: number;
}

/** The intents of one event: one for each rule that waits for its type, in the rules' order. Never throws. */
export function intentsOf(event: PlatformEvent, rules: readonly Rule[]): Intent[] {
  return rules.filter((rule) => rule.on === event.type).map((rule) => intentOf(event, rule));
}

function intentOf(event: PlatformEvent, rule: Rule): Intent {
  const { template } = rule;
  const { fallbackLanguage } = template;
  const locale = event.data.recipient.locale ?? null;
  const filled = fillTemplate(event, rule, locale ?? fallbackLanguage);
  return {
    ruleId: rule.id,
    purpose: rule.purpose,
    channel: "whatsapp",
    template: template.name,
    locale,
    fallbackLanguage,
    params: filled.ok ? filled.params : {},
    paramsProblem: filled.ok ? null : filled.problem,
    entity: entityOf(event),
    usefulForMs: usefulFor(event, rule),
  };
}

/** The languages to look for a template in, each once: the person's own, the workspace's, the template's fallback. */
export function languagesFor(
  { locale, fallbackLanguage }: Pick<Intent, "locale" | "fallbackLanguage">,
  workspaceLanguage: string | null,
): string[] {
  const wanted = [locale, workspaceLanguage, fallbackLanguage];
  return [...new Set(wanted.filter((language) => language !== null))];
}

/** The parameters that a rule gives its template on this event, with money and the like written for `locale` (BCP 47). */
export function fillTemplate(event: PlatformEvent, rule: Rule, locale: string): FilledParameters {
  try {
    return fillParameters(rule.template.parameters, rule.params(event.data, { locale }));
  } catch {
    // What a merchant's function throws may hold anything of the order, so that nothing of it is kept.
    return { ok: false, problem: { code: "params_failed" } };
  }
}

/** A rule may only shorten what its event type allows. */
function usefulFor(event: PlatformEvent, rule: Rule): number {
  const { usefulForMs } = VOCABULARY[event.type];
  return Math.min(usefulForMs, rule.usefulForMs ?? usefulForMs);
}
