import { clockSkew } from "./clock-skew.ts";
import { databaseKilled } from "./database-killed.ts";
import { faultyMeta } from "./faulty-meta.ts";
import type { Scenario } from "./figure.ts";
import { killedAtStep } from "./killed-at-step.ts";
import { lateStatuses } from "./late-statuses.ts";
import { poison } from "./poison.ts";
import { storm } from "./storm.ts";
import { workerKilled } from "./worker-killed.ts";
import { zombie } from "./zombie.ts";

export { type Figure, measure } from "./figure.ts";

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  workerKilled,
  killedAtStep,
  databaseKilled,
  faultyMeta,
  storm,
  zombie,
  clockSkew,
  poison,
  lateStatuses,
];
