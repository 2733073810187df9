import type { MessageState } from "../kernel/vocabulary.ts";

/** What a channel can say about a message after it took it. */
export type ChannelStatus = "sent" | "delivered" | "read" | "played" | "failed";

/**
 * States that a status may raise, lowest first. A message climbs this ladder and never steps down, so any order and any
 * repetition of statuses ends in the same state. `failed` stands below `delivered`: what reached the phone did not fail.
 */
export const STATUS_LADDER = [
  "accepted",
  "sent",
  "failed",
  "delivered",
  "read",
] as const satisfies readonly MessageState[];

/** The rung of a status. `played` (a voice message was listened to) is more than read, but no state of its own. */
export function rungOf(status: ChannelStatus | "accepted"): (typeof STATUS_LADDER)[number] {
  return status === "played" ? "read" : status;
}

/** The state after a status. Whatever stands outside the ladder is below it: a status proves that the message went out. */
export function raised(state: MessageState, status: ChannelStatus | "accepted"): MessageState {
  const rung = rungOf(status);
  return rankOf(state) < rankOf(rung) ? rung : state;
}

export function rankOf(state: MessageState): number {
  return (STATUS_LADDER as readonly MessageState[]).indexOf(state);
}
