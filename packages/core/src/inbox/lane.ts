import type { Channel } from "../channels/channel.ts";
import type { ChannelFact } from "../channels/facts.ts";
import { MARKETING_STOPPED } from "../consent/index.ts";
import { asksToStop } from "./reading.ts";
import { changesOf } from "./sort-webhook.ts";

/** In which order webhooks are applied: all of lane 0 before any of lane 1. */
export type Lane = 0 | 1;

const OPT_OUT_LANE: Lane = 0;
const OTHER_LANE: Lane = 1;

/**
 * Bodies that can hold no opt-out are not parsed twice: nearly all that arrives are statuses, many in one body. A key that is
 * written with escapes is missed here, and costs that body its place in the queue, no more.
 */
const MAY_HOLD_OPT_OUT = /"(?:messages|standby)"\s*:|user_preferences|user_id_update|131050/;

/** Decides when a verified body is applied: before anything else where it withdraws a consent, or may mean that. */
export function laneOf(channel: Channel, rawBody: Uint8Array, receivedAt: Date): Lane {
  const text = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString("utf8");
  if (!MAY_HOLD_OPT_OUT.test(text)) return OTHER_LANE;
  const changes = changesOf(text) ?? [];
  const ends = changes.some((change) => channel.factsFromChange(change, receivedAt).some(endsMessages));
  return ends ? OPT_OUT_LANE : OTHER_LANE;
}

function endsMessages(fact: ChannelFact): boolean {
  switch (fact.kind) {
    case "inbound":
    case "user_preference":
      return asksToStop(fact);
    case "identity_change":
      return fact.cause !== "identity_key_changed";
    case "status":
      return fact.errors[0]?.code === MARKETING_STOPPED;
    default:
      return false;
  }
}
