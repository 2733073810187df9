import type { FigureEntry } from "../figure.ts";
import { requireAllRead, untilApplied } from "../runs.ts";
import { openEngine, openSimulator, openStore, untilTold } from "../stage.ts";
import { rounded, spreadOf } from "../statistics.ts";
import { grow } from "./grow.ts";

const MESSAGES = 4_000;
const WARM_UP = 300;
const GROWN_MESSAGES = 1_000_000;
const STATUSES_BATCHED = 20;
const RATIO_MIN = 0.9;

/** The same installation before and after a year's worth of rows. */
export const grown: FigureEntry = {
  name: "grown",
  async run(scale) {
    await using opened = new AsyncDisposableStack();
    const simulator = opened.use(await openSimulator({ statusesPerPost: STATUSES_BATCHED }));
    const store = opened.use(await openStore("postgres"));
    const { database } = store;
    if (!database) throw new Error("This figure needs PostgreSQL.");
    const { first } = await openEngine(opened, simulator, store);
    await first.order("unlimit");
    let sent = 0;
    const drain = async (messages: number): Promise<number> => {
      await first.publish({ from: sent, count: messages });
      sent += messages;
      const startedAt = performance.now();
      await first.work();
      await untilTold(simulator, sent);
      await untilApplied(first);
      const perSecond = messages / ((performance.now() - startedAt) / 1_000);
      await first.rest();
      return perSecond;
    };
    const measure = async (): Promise<number[]> => {
      await drain(WARM_UP);
      const rates = [];
      for (let n = 0; n < scale.repeats; n += 1) rates.push(await drain(scale.of(MESSAGES)));
      return rates;
    };
    const empty = spreadOf(await measure());
    const rows = await grow(database.query, scale.of(GROWN_MESSAGES));
    const full = spreadOf(await measure());
    await requireAllRead(first, sent + rows.messages);
    const ratio = full.median / empty.median;
    return [
      {
        figure: "grown tables / empty tables",
        what: "Messages a second of one installation before and after its tables were filled.",
        target: `at least ${RATIO_MIN}`,
        reached: ratio >= RATIO_MIN,
        values: {
          ratio: rounded(ratio),
          "empty, a second": rounded(empty.median),
          "grown, a second": rounded(full.median),
          ...rows,
        },
      },
    ];
  },
};
