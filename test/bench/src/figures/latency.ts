import type { FigureEntry } from "../figure.ts";
import { openEngine, openSimulator, openStore, untilTold } from "../stage.ts";
import { percentile, rounded } from "../statistics.ts";

const SECONDS = 60;
const PER_SECOND = 10;
const P50_MS_MAX = 8;
const P99_MS_MAX = 20;

/** From the call that publishes an event to the arrival of its message's POST, both on this machine's one clock. */
export const latency: FigureEntry = {
  name: "latency",
  async run(scale) {
    await using opened = new AsyncDisposableStack();
    const simulator = opened.use(await openSimulator({ statusesPerPost: 1 }));
    const store = opened.use(await openStore("postgres"));
    const { first } = await openEngine(opened, simulator, store);
    await first.order("unlimit");
    await first.work();
    const warmUp = 10 * PER_SECOND;
    const messages = warmUp + scale.of(SECONDS) * PER_SECOND;
    const { publishedAt } = await first.order<{ publishedAt: Record<string, number> }>("publish", {
      from: 0,
      count: messages,
      perSecond: PER_SECOND,
    });
    await untilTold(simulator, messages);
    const accepted = await simulator.accepted();
    const waits = accepted
      .slice(warmUp)
      .map(({ phone, postedAtMs }) => postedAtMs - (publishedAt[phone ?? ""] ?? Number.NaN))
      .sort((one, other) => one - other);
    const p50 = percentile(waits, 0.5);
    const p99 = percentile(waits, 0.99);
    return [
      {
        figure: "event to POST",
        what: `${PER_SECOND} messages a second on PostgreSQL, from the call that publishes an event to the arrival of the POST at Meta.`,
        target: `p50 at most ${P50_MS_MAX} ms, p99 at most ${P99_MS_MAX} ms`,
        reached: p50 <= P50_MS_MAX && p99 <= P99_MS_MAX,
        values: {
          "p50, ms": rounded(p50),
          "p99, ms": rounded(p99),
          "longest, ms": rounded(percentile(waits, 1)),
          messages: waits.length,
        },
      },
    ];
  },
};
