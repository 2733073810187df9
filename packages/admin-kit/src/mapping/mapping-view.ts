import { currencyDecimals } from "@webxkey/core/contract";
import type { FieldProblem } from "../client/problem.ts";
import type { I18n } from "../i18n/i18n.ts";
import { eventLabel } from "../messages/message-view.ts";
import type { Tone } from "../ui-kit/ui-kit.ts";
import { fittingAttributes, type Role } from "./attribute-roles.ts";
import type { Content, ContentAttribute, PreviewEntry, WordingRef } from "./mapping.ts";
import type { MappingProblems } from "./mapping-problems.ts";

interface Option {
  readonly value: string;
  readonly label: string;
}

/** Every content type by its name; one that is gone stays to be seen. */
export function typeOptions({ t }: I18n, { choices: { orders } }: Content, chosen: string): Option[] {
  return [
    { value: "", label: t("mapping.choose") },
    ...orders.map(({ uid, name }) => ({ value: uid, label: name })),
    ...gone(
      t,
      chosen,
      orders.map(({ uid }) => uid),
    ),
  ];
}

/** The attributes that can be what is asked for, and none of them; one that is gone stays to be seen. */
export function attributeOptions(
  { t }: I18n,
  attributes: readonly ContentAttribute[],
  role: Role,
  chosen: string,
): Option[] {
  const fitting = fittingAttributes(attributes, role);
  return [
    { value: "", label: t("mapping.attribute.none") },
    ...fitting.map(({ path, private: isPrivate }) => ({
      value: path,
      label: isPrivate ? t("mapping.attribute.private", { name: path }) : path,
    })),
    ...gone(
      t,
      chosen,
      fitting.map(({ path }) => path),
    ),
  ];
}

/** Every event that a change can be, and none. */
export function eventOptions(i18n: I18n, { events }: Content): Option[] {
  return [
    { value: "", label: i18n.t("mapping.event.none") },
    ...events.map((event) => ({ value: event, label: eventLabel(i18n, event) })),
  ];
}

/** A wording's words, as far as a list can show them, with what tells it from others. */
export function wordingOptions({ t }: I18n, { wordings }: Content, chosen: WordingRef | null): Option[] {
  const known = wordings.map((wording) => ({
    value: wordingKey(wording),
    label: t("mapping.wording.option", {
      text: shortened(wording.text),
      language: wording.language,
      version: wording.version,
    }),
  }));
  const isGone = chosen !== null && !known.some(({ value }) => value === wordingKey(chosen));
  return [
    { value: "", label: t("mapping.choose") },
    ...known,
    ...(isGone
      ? [{ value: wordingKey(chosen), label: t("mapping.gone", { name: `${chosen.id} ${chosen.version}` }) }]
      : []),
  ];
}

/** Names a wording among all of them. */
export function wordingKey({ id, version, language }: WordingRef): string {
  return JSON.stringify([id, version, language]);
}

/** What is wrong, worded, by its pointer. Two problems of one place are read after each other. */
export type Wrong = Readonly<Record<string, string>>;

export function foundHere({ t }: I18n, problems: MappingProblems): Wrong {
  return Object.fromEntries(Object.entries(problems).map(([pointer, key]) => [pointer, t(key)]));
}

export function foundByServer(problems: readonly FieldProblem[]): Wrong {
  const wrong: Record<string, string> = {};
  for (const { pointer, detail } of problems)
    wrong[pointer] = wrong[pointer] === undefined ? detail : `${wrong[pointer]} ${detail}`;
  return wrong;
}

/** What is left of it once a place was edited, and with it everything inside that place. */
export function withoutPlace(wrong: Wrong, place: string): Wrong {
  return Object.fromEntries(
    Object.entries(wrong).filter(([pointer]) => pointer !== place && !pointer.startsWith(`${place}/`)),
  );
}

export interface PreviewView {
  readonly event: { readonly tone: Tone; readonly label: string };
  readonly phone: { readonly masked: string } | { readonly problem: string };
  /** In the viewer's way to write money; null where the entry holds no amount. */
  readonly total: string | null;
  readonly consent: { readonly tone: Tone; readonly label: string };
}

/** What an entry would tell, to whom, and whether that person agreed. */
export function previewView(i18n: I18n, entry: PreviewEntry): PreviewView {
  const { t } = i18n;
  const { event, phone, phone_problem, total, consent } = entry;
  return {
    event:
      event === null
        ? { tone: "neutral", label: t("mapping.event.none") }
        : { tone: "info", label: eventLabel(i18n, event) },
    phone:
      phone === null
        ? { problem: t(`mapping.preview.phone.${phone_problem ?? "missing"}`) }
        : { masked: phone },
    total: total && money(i18n, total),
    consent:
      consent === "given"
        ? { tone: "success", label: t("consent.given") }
        : { tone: "warning", label: t(`mapping.preview.consent.${consent}`) },
  };
}

/** Minor units in the number of decimals that ISO 4217 gives the currency (49.99 EUR is 4999, 5000 JPY is 5000). */
function money({ locale }: I18n, { amount, currency }: NonNullable<PreviewEntry["total"]>): string {
  const decimals = currencyDecimals(currency);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale, { style: "currency", currency, ...digits }).format(
    amount / 10 ** decimals,
  );
}

const WORDING_CHARS_MAX = 60;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= WORDING_CHARS_MAX
    ? text
    : `${characters
        .slice(0, WORDING_CHARS_MAX - 1)
        .join("")
        .trimEnd()}…`;
}

function gone(t: I18n["t"], chosen: string, known: readonly string[]): Option[] {
  if (chosen === "" || known.includes(chosen)) return [];
  return [{ value: chosen, label: t("mapping.gone", { name: chosen }) }];
}
