import type { Db } from "../storage/index.ts";
import { afterTaking, freeAt, grownRate, PAIR_RATE, perSecondOf, roomIn, senderRate } from "./pace.ts";
import {
  pausedTemplates,
  type RecipientPace,
  recipientPaces,
  recipientsOfDay,
  type SenderPace,
  saveRecipientPaces,
  saveSenderPace,
  type Turn,
} from "./pace-store.ts";

/** How much one workspace may have of a claim. */
export interface Share {
  readonly turn: Turn;
  readonly rowsMax: number;
  /** It could have had more, had its number been free to send. */
  readonly paced: boolean;
}

/** Divides a claim among the workspaces that have something due, each within what its number may send now. */
export function sharesOf(turns: readonly Turn[], rowsMax: number): Share[] {
  const each = Math.max(1, Math.ceil(rowsMax / Math.max(1, turns.length)));
  return turns.map((turn) => {
    const room = roomOf(turn);
    return { turn, rowsMax: Math.min(each, room), paced: room < each };
  });
}

function roomOf({ pace, nowMs }: Turn): number {
  if (!pace) return Number.MAX_SAFE_INTEGER;
  if (isPaused(pace, nowMs)) return 0;
  return roomIn(senderRate(perSecondOf(pace)), pace.nextMs, nowMs);
}

/** How long until the first of these numbers may send again; undefined where none waits for its pace. */
export function waitOf(turns: readonly Turn[]): number | undefined {
  const waits = turns.flatMap(({ pace, nowMs }) => {
    if (!pace) return [];
    if (isPaused(pace, nowMs)) return [(pace.pausedUntilMs ?? 0) - nowMs];
    return [freeAt(senderRate(perSecondOf(pace)), pace.nextMs) - nowMs];
  });
  return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
}

function isPaused({ pausedUntilMs }: SenderPace, nowMs: number): boolean {
  return pausedUntilMs !== null && pausedUntilMs > nowMs;
}

export type WaitReason =
  | "waiting_for_earlier"
  | "waiting_for_pair"
  | "waiting_for_recipients"
  | "waiting_for_template";

/** What of a workspace's due messages must wait a little longer, though nothing stands against them. */
export interface Pacing {
  /** Until when this message waits; undefined: it goes now, and is counted. */
  waitFor(message: {
    readonly contactId: string;
    readonly template: string;
  }): { readonly untilMs: number; readonly reason: WaitReason } | undefined;
  /** Writes down what went. The turn's lock has been held since it was taken. */
  save(tx: Db): Promise<void>;
}

export async function loadPacing(
  tx: Db,
  { workspaceId, nowMs, pace }: Turn,
  contactIds: readonly string[],
): Promise<Pacing> {
  if (!pace) return { waitFor: () => undefined, save: async () => undefined };
  const { senderId, recipientsMax } = pace;
  const [known, templates, day] = await Promise.all([
    recipientPaces(tx, workspaceId, senderId, contactIds),
    pausedTemplates(tx, workspaceId),
    recipientsMax === null ? undefined : recipientsOfDay(tx, workspaceId, senderId),
  ]);
  const next = new Map<string, number>();
  let taken = 0;
  let newcomers = 0;

  return {
    waitFor({ contactId, template }) {
      const templateUntil = templates.get(template);
      if (templateUntil !== undefined) return { untilMs: templateUntil, reason: "waiting_for_template" };
      const pair = known.get(contactId);
      const nextMs = next.get(contactId) ?? pair?.nextMs ?? nowMs;
      const pairUntil = pairFreeAt(pair, nextMs);
      if (pairUntil > nowMs) return { untilMs: pairUntil, reason: "waiting_for_pair" };
      const newcomer = !pair?.counted && !next.has(contactId);
      if (newcomer && day && day.count + newcomers >= (recipientsMax ?? 0)) {
        return { untilMs: Math.max(day.freeMs, nowMs + 1_000), reason: "waiting_for_recipients" };
      }
      if (newcomer) newcomers += 1;
      taken += 1;
      next.set(contactId, afterTaking(PAIR_RATE, nextMs, nowMs, 1));
      return undefined;
    },
    async save(tx) {
      if (taken === 0) return;
      const rate = senderRate(perSecondOf(pace));
      const nextMs = afterTaking(rate, pace.nextMs, nowMs, taken);
      const couldUseMore = roomIn(rate, nextMs, nowMs) === 0;
      const grown = couldUseMore ? grownRate(pace, nowMs) : undefined;
      await Promise.all([
        saveSenderPace(tx, workspaceId, senderId, nextMs, grown),
        saveRecipientPaces(tx, workspaceId, senderId, next),
      ]);
    },
  };
}

function pairFreeAt(pair: RecipientPace | undefined, nextMs: number): number {
  return Math.max(pair?.pausedUntilMs ?? 0, freeAt(PAIR_RATE, nextMs));
}
