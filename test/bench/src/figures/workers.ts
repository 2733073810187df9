import type { FigureEntry } from "../figure.ts";
import { runEngine } from "../runs.ts";
import { rounded, spreadOf } from "../statistics.ts";

const MESSAGES = 6_000;
const PROCESSES = [1, 2, 3, 4];
const STATUSES_BATCHED = 20;
/** No process stands beside the others with next to nothing. */
const SHARE_MIN = 0.2;

/** What each added process brings, and how the work is shared. */
export const workers: FigureEntry = {
  name: "workers",
  async run(scale) {
    const values: Record<string, string> = {};
    let leastOfTwo = 1;
    for (const processes of PROCESSES) {
      const runs = [];
      for (let n = 0; n < scale.repeats; n += 1) {
        runs.push(
          await runEngine("postgres", {
            messages: scale.of(MESSAGES),
            statusesPerPost: STATUSES_BATCHED,
            processes,
          }),
        );
      }
      const { median, min, max } = spreadOf(runs.map(({ perSecond }) => perSecond));
      const shares = runs[0]?.shares ?? [];
      if (processes === 2) leastOfTwo = Math.min(...runs.flatMap((run) => run.shares));
      const shown = shares.map((share) => `${Math.round(100 * share)} %`).join(", ");
      values[`${processes} processes`] =
        `${rounded(median)} a second (${rounded(min)} to ${rounded(max)}); shares ${shown}`;
    }
    return [
      {
        figure: "worker processes",
        what: `Messages a second of so many processes on one PostgreSQL, statuses by ${STATUSES_BATCHED}; the first also takes the webhooks. The shares are of the first run.`,
        target: `two share the work, each at least ${100 * SHARE_MIN} %`,
        reached: leastOfTwo >= SHARE_MIN,
        values,
      },
    ];
  },
};
