import type { SendWindows } from "@webxkey/core";

/**
 * The send protocol's waits, shrunk by the same order of magnitude. The settle window stays above the ten seconds for which
 * a dead process keeps the webhooks it had taken: a status that waits there is not a missing one.
 */
export const CHAOS_WINDOWS: SendWindows = {
  requestMs: 1_500,
  leaseMs: 4_000,
  settleMs: 16_000,
  sweepMs: 500,
  metaWaitMsMax: 2_000,
};

/** Sends of one rule an hour before a person has to look; a chaos run is above it on purpose. */
export const BURST_FLOOR_PER_HOUR = 1_000_000;
