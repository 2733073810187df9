import type { SendWindows } from "@webxkey/core";

/**
 * The send protocol's waits, shrunk by the same order of magnitude. The settle window stays above the ten seconds for which
 * a dead process keeps the webhooks it had taken: a status that waits there is not a missing one.
 */
export const CHAOS_WINDOWS: SendWindows = {
  requestMs: 1_500,
  leaseMs: 3_000,
  settleMs: 13_000,
  quietMs: 60_000,
  beatMs: 500,
  outageMs: 3_000,
  sweepMs: 500,
  metaWaitMsMax: 2_000,
};

/** Meta answers in 100 to 150 ms: as long as a message is on the wire, and a kill is to meet it there. */
export const META_LATENCY_MS = 120;

/** Sends of one rule an hour before a person has to look; a chaos run is above it on purpose. */
export const BURST_FLOOR_PER_HOUR = 1_000_000;
