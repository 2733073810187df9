import type { TimelineEntry } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import type { TimelineIcon, Tone } from "../ui-kit/ui-kit.ts";
import { STATE_ORDER, stateTone } from "./message-view.ts";

const LOOKS: Record<TimelineEntry["kind"], { icon: TimelineIcon; tone: Tone }> = {
  event_seen: { icon: "event", tone: "neutral" },
  decided: { icon: "decision", tone: "info" },
  held: { icon: "hold", tone: "warning" },
  released: { icon: "release", tone: "info" },
  cancelled: { icon: "stop", tone: "neutral" },
  attempted: { icon: "send", tone: "info" },
  answered: { icon: "answer", tone: "info" },
  status: { icon: "status", tone: "info" },
  reply: { icon: "reply", tone: "success" },
  consent: { icon: "consent", tone: "success" },
};

/** What an entry looks like. A kind that a newer server adds is drawn like a plain status. */
export function entryLook({ kind, detail }: Pick<TimelineEntry, "kind" | "detail">): {
  icon: TimelineIcon;
  tone: Tone;
} {
  const look = LOOKS[kind] ?? { icon: "status", tone: "neutral" };
  // The state a message got by this entry, where the entry tells one, colours it as it colours the message.
  const state = STATE_ORDER.find((known) => known === (detail["state"] ?? detail["status"]));
  return state === undefined ? look : { ...look, tone: stateTone(state) };
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

/** An entry's detail as terms and values, for who wants to know more than the sentence. */
export function detailFacts({ t }: I18n, detail: TimelineEntry["detail"]): { term: string; value: string }[] {
  return Object.entries(detail).map(([name, value]) => ({
    term: name.replaceAll("_", " "),
    value:
      value === null
        ? t("value.none")
        : typeof value === "boolean"
          ? t(value ? "value.yes" : "value.no")
          : `${value}`,
  }));
}
