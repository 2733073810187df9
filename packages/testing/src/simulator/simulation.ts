import type { SimulatorClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { RequestLog } from "./graph/request-log.ts";
import type { SimulatorIds } from "./ids.ts";
import type { Throughput } from "./messages/throughput.ts";
import type { WebhookOutbox } from "./webhooks/outbox.ts";
import type { Poster } from "./webhooks/poster.ts";
import type { World } from "./world.ts";

/** When statuses are reported, in milliseconds after the message was accepted. */
export interface StatusTimes {
  sentMs: number;
  deliveredMs: number;
  readMs: number;
}

export interface SimulatorSettings {
  statusTimes: StatusTimes;
  /** How long Meta's review of a new template takes, in milliseconds. */
  reviewMs: number;
}

/** What every part of the simulator works with. */
export interface Simulation {
  world: World;
  clock: SimulatorClock;
  ids: SimulatorIds;
  faults: Faults;
  throughput: Throughput;
  poster: Poster;
  outbox: WebhookOutbox;
  requests: RequestLog;
  settings: SimulatorSettings;
  /** Tells those who wait or watch that something happened. */
  changed: () => void;
}
