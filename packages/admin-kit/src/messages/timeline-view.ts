import type { TimelineEntry } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";
import type { TimelineIcon, Tone } from "../ui-kit/ui-kit.ts";

const LOOKS: Record<TimelineEntry["kind"], { icon: TimelineIcon; tone: Tone }> = {
  event_seen: { icon: "event", tone: "neutral" },
  decided: { icon: "decision", tone: "info" },
  held: { icon: "hold", tone: "warning" },
  released: { icon: "release", tone: "info" },
  cancelled: { icon: "stop", tone: "neutral" },
  attempted: { icon: "send", tone: "info" },
  answered: { icon: "answer", tone: "info" },
  settled: { icon: "settle", tone: "warning" },
  status: { icon: "status", tone: "info" },
  duplicated: { icon: "duplicate", tone: "danger" },
  reply: { icon: "reply", tone: "info" },
  consent: { icon: "consent", tone: "success" },
};

/** Where an entry's detail says how it went, that colours it: which detail of which kind, and the tone of its values. */
const OUTCOMES: {
  readonly [K in TimelineEntry["kind"]]?: { detail: string; tones: Readonly<Record<string, Tone>> };
} = {
  answered: {
    detail: "outcome",
    tones: { accepted: "success", refused: "danger", not_sent: "warning", unknown: "warning" },
  },
  status: {
    detail: "status",
    tones: { delivered: "success", read: "success", played: "success", failed: "danger" },
  },
  consent: { detail: "state", tones: { withdrawn: "danger" } },
  reply: { detail: "reading", tones: { opt_out: "warning" } },
};

/** What an entry looks like. A kind that a newer server adds is drawn like a plain status. */
export function entryLook({ kind, detail }: Pick<TimelineEntry, "kind" | "detail">): {
  icon: TimelineIcon;
  tone: Tone;
} {
  const look = LOOKS[kind] ?? { icon: "status", tone: "neutral" };
  // A decision gives a reason only where it is against sending.
  if (kind === "decided" && detail["reason"] !== undefined) return { icon: "stop", tone: "warning" };
  const outcome = OUTCOMES[kind];
  return { ...look, tone: outcome?.tones[String(detail[outcome.detail])] ?? look.tone };
}

export interface Day {
  readonly key: string;
  readonly label: string;
  readonly entries: readonly TimelineEntry[];
}

/** Entries oldest first, one group for each calendar day of the viewer's time zone. */
export function groupByDay(i18n: I18n, entries: readonly TimelineEntry[], now: Date): Day[] {
  const inOrder = entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days: { key: string; label: string; entries: TimelineEntry[] }[] = [];
  for (const entry of inOrder) {
    const key = i18n.times.dayKey(entry.at);
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, label: dayLabel(i18n, entry.at, now), entries: [entry] });
  }
  return days;
}

function dayLabel({ t, times }: I18n, at: string, now: Date): string {
  const daysAgo = times.daysAgo(at, now);
  if (daysAgo === 0) return t("day.today");
  return daysAgo === 1 ? t("day.yesterday") : times.day(at);
}

/** An entry's detail as terms and values, for who wants to know more than the sentence. What is not known is left out. */
export function detailFacts({ t }: I18n, detail: TimelineEntry["detail"]): { term: string; value: string }[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    if (value === null) return [];
    const shown = typeof value === "boolean" ? t(value ? "value.yes" : "value.no") : String(value);
    return [{ term: detailLabel(t, name), value: shown }];
  });
}

/** A detail these pages have no word for is shown by its own name. */
function detailLabel(t: I18n["t"], name: string): string {
  const key = `detail.${name}`;
  return isMessageKey(key) ? t(key as Extract<MessageKey, `detail.${string}`>) : name.replaceAll("_", " ");
}
