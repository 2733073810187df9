import type { RuleSummary, TemplateSummary } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";
import type { Tone } from "../ui-kit/ui-kit.ts";

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  APPROVED: "success",
  PENDING: "info",
  IN_APPEAL: "info",
  REJECTED: "danger",
  PAUSED: "warning",
  DISABLED: "danger",
  PENDING_DELETION: "warning",
  DELETED: "danger",
  LIMIT_EXCEEDED: "warning",
};

/** What Meta says of a template; a status these pages do not know is shown as Meta writes it. */
export function templateStatus({ t }: I18n, status: string): { tone: Tone; label: string } {
  return { tone: STATUS_TONES[status] ?? "neutral", label: labelOr(t, `template.status.${status}`, status) };
}

export function templateCategory({ t }: I18n, category: string): string {
  return labelOr(t, `template.category.${category}`, category);
}

function labelOr(t: I18n["t"], key: string, otherwise: string): string {
  return isMessageKey(key)
    ? t(key as Extract<MessageKey, `template.${"status" | "category"}.${string}`>)
    : otherwise;
}

export interface RuleLanguage {
  readonly language: string;
  readonly tone: Tone;
  readonly label: string;
}

/** For each language a rule writes in, what Meta says of its template; a language without one is not found. */
export function ruleLanguages(
  i18n: I18n,
  rule: RuleSummary,
  templates: readonly TemplateSummary[],
): RuleLanguage[] {
  return rule.languages.map((language) => {
    const found = templates.find(
      (template) => template.name === rule.template && template.language === language,
    );
    const status = found
      ? templateStatus(i18n, found.status)
      : { tone: "danger" as const, label: i18n.t("template.status.missing") };
    return { language, ...status };
  });
}

/** The languages that templates have, as BCP 47, and the one that is chosen: a template of it may be gone. */
export function languagesOf(templates: readonly TemplateSummary[], chosen: string | null): string[] {
  const languages = templates.map(({ language }) => language.replaceAll("_", "-"));
  return [...new Set(chosen === null ? languages : [...languages, chosen])].toSorted();
}

/** `Brazilian Portuguese`; what has no name is shown as it is. */
export function languageName({ locale }: I18n, language: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}
