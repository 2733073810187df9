import type { MessageState, MessageSummary } from "@webxkey/core/contract";
import type { I18n } from "../i18n/i18n.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";
import type { Tone } from "../ui-kit/ui-kit.ts";

/** How long after its last change a message is still watched closely; a phone that stays off must not keep a page busy. */
export const WATCH_MS = 10 * 60_000;

export type EntityType = MessageSummary["entity"]["type"];

/** What a held message waits for: a person, or something that ends by itself. */
export type Hold = "needs_decision" | "waiting";

export function holdOf({ state, actions }: Pick<MessageSummary, "state" | "actions">): Hold | null {
  if (state !== "held") return null;
  return actions.includes("release") ? "needs_decision" : "waiting";
}

const STATES = {
  held: { tone: "warning", moves: false },
  queued: { tone: "neutral", moves: true },
  sending: { tone: "info", moves: true },
  unknown: { tone: "warning", moves: true },
  accepted: { tone: "info", moves: true },
  sent: { tone: "info", moves: true },
  delivered: { tone: "success", moves: true },
  read: { tone: "success", moves: false },
  blocked: { tone: "warning", moves: false },
  failed: { tone: "danger", moves: false },
  expired: { tone: "neutral", moves: false },
  cancelled: { tone: "neutral", moves: false },
} as const satisfies Record<MessageState, { tone: Tone; moves: boolean }>;

type ShownState = Exclude<MessageState, "held"> | Hold;

/** What a filter offers, in its order: every state, and instead of the held ones what they wait for. */
export const FILTERS: readonly ShownState[] = [
  "needs_decision",
  "waiting",
  ...(Object.keys(STATES) as MessageState[]).filter((state) => state !== "held"),
];

/** The part of the list that a filter stands for, as the API is asked for it. */
export function filterQuery(filter: ShownState | null): { state?: MessageState; hold?: Hold } {
  if (filter === null) return {};
  return filter === "needs_decision" || filter === "waiting" ? { hold: filter } : { state: filter };
}

export function shownState(message: Pick<MessageSummary, "state" | "actions">): ShownState {
  return holdOf(message) ?? (message.state as Exclude<MessageState, "held">);
}

export function stateTone(message: Pick<MessageSummary, "state" | "actions">): Tone {
  return holdOf(message) === "waiting" ? "info" : STATES[message.state].tone;
}

/** True while the message may change by itself within seconds. A held one waits for a person and does not. */
export function isMoving(
  { state, updated_at }: Pick<MessageSummary, "state" | "updated_at">,
  now: Date,
): boolean {
  return STATES[state].moves && now.getTime() - Date.parse(updated_at) < WATCH_MS;
}

/** The event type in words; a type these pages do not know is shown as it is. */
export function eventLabel({ t }: I18n, eventType: string): string {
  const key = `event.${eventType}`;
  return isMessageKey(key) ? t(key as Extract<MessageKey, `event.${string}`>) : eventType;
}

/** `Order #1001`; the host's reference where there is no label for people. */
export function entityLabel({ t }: I18n, { type, ref, label }: MessageSummary["entity"]): string {
  return t(`entity.${type}`, { label: label ?? ref });
}
