import {
  fillTemplate,
  type ParameterProblem,
  type TemplateArguments,
  type TemplateParams,
} from "./template-arguments.ts";
import { type TemplateShape, templateShape } from "./template-shape.ts";

/** A template as Meta last described it. */
export interface SyncedTemplate {
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly shape: TemplateShape;
}

/** What of an element of Meta's list a check needs. */
export interface ListedTemplate extends Omit<SyncedTemplate, "shape"> {
  readonly components: unknown;
  readonly parameterFormat?: string | undefined;
}

export function syncedTemplate(listed: ListedTemplate): SyncedTemplate {
  const { name, language, status, category, components, parameterFormat } = listed;
  return { name, language, status, category, shape: templateShape(components, parameterFormat) };
}

export interface WantedTemplate {
  readonly name: string;
  /** In order of preference; BCP 47 or as Meta writes it. */
  readonly languages: readonly string[];
  readonly params: TemplateParams;
  /** When given, the template must still be filed under it: Meta refiles templates on its own. */
  readonly category?: string;
}

/** A template that can carry the values now, and how. */
export interface TemplateFit extends SyncedTemplateFacts {
  readonly ok: true;
  readonly arguments: TemplateArguments;
}

type SyncedTemplateFacts = Omit<SyncedTemplate, "name">;

/** Why not. `sentence` is for people and names parameters, never their values. */
export type TemplateProblem =
  | ParameterProblem
  | { readonly code: "template_missing" | "template_language_missing"; readonly sentence: string }
  | { readonly code: "template_not_approved"; readonly status: string; readonly sentence: string }
  | { readonly code: "category_mismatch"; readonly category: string; readonly sentence: string };

export type TemplateCheck = TemplateFit | { readonly ok: false; readonly problem: TemplateProblem };

/**
 * Checks, before anything is sent, that a template exists, is approved, has one of the languages and can carry the
 * values. Answers the first problem found.
 *
 * The language is chosen before the status is looked at: a paused template is not worked around with another language.
 */
export function checkTemplate({
  wanted,
  synced,
}: {
  readonly wanted: WantedTemplate;
  readonly synced: readonly SyncedTemplate[];
}): TemplateCheck {
  const { name, languages, params } = wanted;
  const namesakes = synced.filter((template) => template.name === name);
  if (namesakes.length === 0) {
    const sentence = `There is no template ${name}: create it at Meta, or sync the templates.`;
    return { ok: false, problem: { code: "template_missing", sentence } };
  }
  const template = chooseLanguage(namesakes, languages);
  if (!template) {
    const sentence = `The template ${name} does not exist in ${languages.join(" or ")}: add a language at Meta.`;
    return { ok: false, problem: { code: "template_language_missing", sentence } };
  }
  const { language, shape, status, category } = template;
  if (status !== "APPROVED") {
    const sentence = `The template ${name} (${language}) is ${status} at Meta: only an approved one can be sent.`;
    return { ok: false, problem: { code: "template_not_approved", status, sentence } };
  }
  if (wanted.category !== undefined && wanted.category !== category) {
    const sentence = `Meta files the template ${name} under ${category}, not ${wanted.category}: change its text or the rule.`;
    return { ok: false, problem: { code: "category_mismatch", category, sentence } };
  }
  const filled = fillTemplate(shape, params);
  if ("code" in filled) return { ok: false, problem: filled };
  return { ok: true, language, shape, status, category, arguments: filled };
}

/** For each wanted language the exact one, then its base (`es` for `es_MX`). */
function chooseLanguage(
  templates: readonly SyncedTemplate[],
  languages: readonly string[],
): SyncedTemplate | undefined {
  for (const wanted of languages.map(canonicalLanguage)) {
    for (const code of [wanted, wanted.split("_")[0]]) {
      const found = templates.find(({ language }) => canonicalLanguage(language) === code);
      if (found) return found;
    }
  }
  return undefined;
}

/** Meta writes `en_US` in its list and `en-US` in webhooks; BCP 47 has the dash and knows no case. */
function canonicalLanguage(code: string): string {
  return code.replaceAll("-", "_").toLowerCase();
}
