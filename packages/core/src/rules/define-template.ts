import { canonicalLocale } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";

export type TemplateCategory = "UTILITY" | "AUTHENTICATION" | "MARKETING";

/** An approved text at Meta, as far as a rule must know it: its name, and the parameters it cannot do without. */
export interface Template<Parameter extends string = string> {
  readonly name: string;
  /** What Meta is asked to approve it as. What it was approved as is checked again before each send. */
  readonly category: TemplateCategory;
  /** Named parameters of the body, in its order. */
  readonly parameters: readonly Parameter[];
  /** BCP 47: the language for people whose own one the template does not have. */
  readonly fallbackLanguage: string;
}

/** Meta's limit for a template's name (Graph API, message_templates). */
const TEMPLATE_NAME_CHARS_MAX = 512;
const TEMPLATE_NAME = /^[a-z0-9_]+$/;
const PARAMETER_NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Describes a template that exists, or will exist, at Meta.
 *
 * @example
 * ```ts
 * const orderConfirmation = defineTemplate({
 *   name: "order_confirmation",
 *   category: "UTILITY",
 *   parameters: ["customer_name", "order_code"],
 *   fallbackLanguage: "en",
 * });
 * ```
 * @throws WebxkeyError `invalid_configuration` where Meta could not have such a template.
 */
export function defineTemplate<const Parameter extends string>(
  template: Template<Parameter>,
): Template<Parameter> {
  const { name, parameters } = template;
  const fallbackLanguage = canonicalLocale(template.fallbackLanguage);
  if (!TEMPLATE_NAME.test(name) || name.length > TEMPLATE_NAME_CHARS_MAX) {
    throw refusal(
      `Name a template with at most ${TEMPLATE_NAME_CHARS_MAX} lower-case letters, digits and underscores.`,
    );
  }
  if (!parameters.every((parameter) => PARAMETER_NAME.test(parameter))) {
    throw refusal(`Name the parameters of ${name} with lower-case letters, digits and underscores.`);
  }
  if (new Set(parameters).size < parameters.length) {
    throw refusal(`Name each parameter of ${name} once.`);
  }
  if (!fallbackLanguage) {
    throw refusal(`Give ${name} a fallback language that is a BCP 47 tag, such as en.`);
  }
  return { ...template, fallbackLanguage };
}

function refusal(detail: string): WebxkeyError {
  return new WebxkeyError("invalid_configuration", { detail });
}
