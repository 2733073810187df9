import { openRig } from "../rig.ts";
import { clockSkew } from "./clock-skew.ts";
import { databaseKilled } from "./database-killed.ts";
import { embeddedKilled, embeddedShared } from "./embedded-storage.ts";
import { faultyMeta } from "./faulty-meta.ts";
import { measure, type PlainScenario, type Scenario, tell } from "./figure.ts";
import { killedAtStep } from "./killed-at-step.ts";
import { lateStatuses } from "./late-statuses.ts";
import { modelTest } from "./model-test.ts";
import { outage } from "./outage.ts";
import { poison } from "./poison.ts";
import { storm } from "./storm.ts";
import { webhookBurst } from "./webhook-burst.ts";
import { brokenWebhooks, forgedWebhooks, shuffledStatuses } from "./webhook-floods.ts";
import { fullDisk, hostileRequests, toldOnce } from "./whole-tests.ts";
import { workerKilled } from "./worker-killed.ts";
import { zombie } from "./zombie.ts";

/** One figure of the run: a line of JSON, and whether every promise held. */
export type Entry = {
  readonly figure: string;
  run(seed: number, scale: number): Promise<{ readonly passed: boolean }>;
};

/** Each on a rig of its own, with the disk waited for as in production. */
const onRig = (scenario: Scenario): Entry => ({
  figure: scenario.figure,
  async run(seed, scale) {
    await using rig = await openRig({ seed, durable: true });
    return await measure(scenario, rig, scale);
  },
});

const plain = (scenario: PlainScenario): Entry => ({
  figure: scenario.figure,
  run: (seed, scale) => tell(scenario, seed, scale),
});

/** In the order in which they run. */
export const ENTRIES: readonly Entry[] = [
  ...[workerKilled, killedAtStep, databaseKilled, faultyMeta, storm, outage].map(onRig),
  ...[zombie, clockSkew, poison, lateStatuses].map(onRig),
  ...[fullDisk, toldOnce].map(plain),
  ...[shuffledStatuses, forgedWebhooks, brokenWebhooks, webhookBurst].map(onRig),
  ...[hostileRequests, embeddedKilled, embeddedShared, modelTest].map(plain),
];
