import { createChanges } from "./changes.ts";
import { type GraphSimulator, simulatorClient } from "./client.ts";
import { createClock } from "./clock.ts";
import { dispatchControl } from "./control/dispatch.ts";
import { createFaults } from "./faults.ts";
import { createRequestLog } from "./graph/request-log.ts";
import { createIds } from "./ids.ts";
import { createThroughput } from "./messages/throughput.ts";
import { applySeed, demoSeed, type Seed, seedSchema } from "./seed.ts";
import { serve } from "./server.ts";
import type { Simulation, StatusTimes } from "./simulation.ts";
import { createOutbox, type WebhookOptions } from "./webhooks/outbox.ts";
import { createPoster } from "./webhooks/poster.ts";
import { createWorld } from "./world.ts";

export interface GraphSimulatorOptions {
  /** Default 0: any free port. The simulator listens on 127.0.0.1 only. */
  port?: number;
  /** Default: the demo account. An empty object starts with an empty world. */
  seed?: Seed;
  /** Default: sent after 100 ms, delivered after 400, read after 1,200. */
  statusTimes?: Partial<StatusTimes>;
  /** How long the review of a new template takes. Default 500 ms. */
  reviewMs?: number;
  /** One message in six seconds to the same person, after a burst of 45. Default on; benches switch it off. */
  limitPairs?: boolean;
  /** Numbers of Brazil, Mexico and Argentina come back as WhatsApp writes them. Default on. */
  rewriteNumbers?: boolean;
  /** One in so many people who are made up on first use hides the phone behind a username. Default: nobody does. */
  usernameAdopters?: number;
  webhooks?: Partial<WebhookOptions> & {
    /** Connections to one receiver. Default 8. */
    connections?: number;
    /** How long a receiver may take. Default 10,000 ms. */
    timeoutMs?: number;
  };
  /** Makes ids and probabilities repeat. */
  randomSeed?: number;
  /** Where the clock starts, in milliseconds since the epoch. Default: now. */
  startAtMs?: number;
}

const DAY_MS = 86_400_000;
const STATUS_TIMES: StatusTimes = { sentMs: 100, deliveredMs: 400, readMs: 1_200 };
const WEBHOOKS: WebhookOptions = {
  updatesPerPost: 1,
  batchWaitMs: 20,
  retryFirstMs: 5_000,
  retryWaitMsMax: 6 * 3_600_000,
  retryGrowth: 2,
  retryJitter: 0,
  retryHorizonMs: 7 * DAY_MS,
};
const REVIEW_MS = 500;
const CONNECTIONS = 8;
const RECEIVER_TIMEOUT_MS = 10_000;

/**
 * Starts a Graph API on this machine that behaves as Meta's does, as far as its behaviours table says.
 * @example
 * await using simulator = await startGraphSimulator();
 * await simulator.setCallback(demoAccount.app.id, { url: "http://127.0.0.1:9000/v1/meta/webhook", verifyToken: "t" });
 * await simulator.phone("+16505551234").reply("STOP");
 */
export async function startGraphSimulator(options: GraphSimulatorOptions = {}): Promise<GraphSimulator> {
  const { connections = CONNECTIONS, timeoutMs = RECEIVER_TIMEOUT_MS, ...webhooks } = options.webhooks ?? {};
  const changes = createChanges();
  const changed = changes.happened;
  const world = createWorld({
    rewritesNumbers: options.rewriteNumbers ?? true,
    usernameAdopters: options.usernameAdopters ?? 0,
  });
  const ids = createIds(options.randomSeed);
  const faults = createFaults(ids);
  const poster = createPoster({ connections, timeoutMs });
  const clock = createClock({
    ...(options.startAtMs === undefined ? {} : { startAtMs: options.startAtMs }),
    settled: () => outbox.settled(),
  });
  const outbox = createOutbox({
    world,
    clock,
    ids,
    faults,
    poster,
    options: { ...WEBHOOKS, ...webhooks },
    changed,
  });
  const sim: Simulation = {
    world,
    clock,
    ids,
    faults,
    poster,
    outbox,
    changed,
    throughput: createThroughput({ limitPairs: options.limitPairs ?? true }),
    requests: createRequestLog(),
    settings: {
      statusTimes: { ...STATUS_TIMES, ...options.statusTimes },
      reviewMs: options.reviewMs ?? REVIEW_MS,
    },
  };
  applySeed(sim, seedSchema.parse(options.seed ?? demoSeed()));

  const server = await serve(sim, changes, options.port ?? 0);
  return simulatorClient({
    url: server.url,
    call: (method, path, body) => dispatchControl({ sim, changes }, method, path, body),
    async close() {
      clock.close();
      await server.close();
      await poster.close();
    },
  });
}
