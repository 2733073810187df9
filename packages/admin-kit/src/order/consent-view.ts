import type { ConsentSummary } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";
import type { Tone } from "../ui-kit/ui-kit.ts";

export interface ConsentView {
  readonly badges: readonly { tone: Tone; label: string }[];
  /** `order updates · at checkout` */
  readonly line: string;
  /** What the grant is limited to while it is only claimed; null where nothing limits it. */
  readonly limit: string | null;
}

/** What a consent record means in words: what was agreed to or withdrawn, how, and how far it reaches. */
export function consentView({ t }: I18n, consent: ConsentSummary): ConsentView {
  const { state, assurance, purpose, method, entity } = consent;
  const line = t("consent.line", { purpose: t(`purpose.${purpose}`), method: methodLabel(t, method) });
  if (state === "withdrawn") {
    const label = t(entity === null ? "consent.withdrawn" : "consent.takenBack");
    return { badges: [{ tone: "danger", label }], line, limit: null };
  }
  const given = { tone: "success", label: t("consent.given") } as const;
  if (assurance === "confirmed")
    return { badges: [given, { tone: "success", label: t("consent.confirmed") }], line, limit: null };
  if (assurance === "attested")
    return { badges: [given, { tone: "neutral", label: t("consent.attested") }], line, limit: null };
  return {
    badges: [given, { tone: "warning", label: t("consent.claimed") }],
    line,
    limit: t(entity === null ? "consent.claimed.open" : "consent.claimed.limit"),
  };
}

function methodLabel(t: I18n["t"], method: string): string {
  const key = `consent.method.${method}`;
  return isMessageKey(key) ? t(key as Extract<MessageKey, `consent.method.${string}`>) : method;
}
