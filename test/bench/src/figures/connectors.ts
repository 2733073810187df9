import type { Figure, FigureEntry, Scale } from "../figure.ts";
import { rounded, spreadOf } from "../statistics.ts";
import { runWebhooks, type WebhookLoad, type WebhookRun } from "../webhooks.ts";

const PER_SECOND = 1_000;
const SECONDS = 30;
const WARM_UP_SECONDS = 10;
const P99_MS_MAX = 50;
/** What Meta lets a number do unless it is upgraded, and the most. */
const NUMBER_PER_SECOND = 80;
const FAST_NUMBER_PER_SECOND = 1_000;

interface ShownLoad {
  readonly figure: string;
  readonly sends: WebhookLoad["sends"];
  readonly what: string;
}

const LOADS: readonly ShownLoad[] = [
  {
    figure: "webhooks of a shop",
    sends: NUMBER_PER_SECOND,
    what: `The confirmation rule is on and every buyer agreed: each order becomes a message, and the number sends the ${NUMBER_PER_SECOND} a second that Meta lets it; the others wait in the outbox.`,
  },
  {
    figure: "webhooks, no rule on",
    sends: "none",
    what: "Orders are recorded and nothing is made of them.",
  },
  {
    figure: "webhooks, each sent at once",
    sends: FAST_NUMBER_PER_SECOND,
    what: `The rule is on and the number may send ${FAST_NUMBER_PER_SECOND} a second, so that sends and statuses of as many orders take the same two processors.`,
  },
];

/** Orders come in by signed webhook, each another one, whatever the answers do: latencies count from when each was due. */
export const connectors: FigureEntry = {
  name: "connectors",
  async run(scale) {
    const figures: Figure[] = [];
    for (const load of LOADS) figures.push(await figureOf(load, scale));
    return figures;
  },
};

async function figureOf({ figure, sends, what }: ShownLoad, scale: Scale): Promise<Figure> {
  const seconds = scale.of(SECONDS);
  const runs: WebhookRun[] = [];
  for (let n = 0; n < scale.repeats; n += 1)
    runs.push(await runWebhooks({ perSecond: PER_SECOND, seconds, warmUpSeconds: WARM_UP_SECONDS, sends }));
  const show = (read: (run: WebhookRun) => number) => {
    const { median, min, max } = spreadOf(runs.map(read));
    return `${rounded(median)} (${rounded(min)} to ${rounded(max)})`;
  };
  const sum = (read: (run: WebhookRun) => number) => runs.reduce((total, run) => total + read(run), 0);
  const p99 = spreadOf(runs.map(({ p99Ms }) => p99Ms)).median;
  const faults = sum(({ notOnce, wronglyTold }) => notOnce + wronglyTold);
  const refused = sum((run) => run.refused);
  // The target is the first one's; what it costs without and with more sends is beside it.
  const isTarget = sends === NUMBER_PER_SECOND;
  return {
    figure,
    what: `${PER_SECOND} signed order webhooks of WooCommerce a second for ${seconds} s, some 5 kB each, to the gateway on PostgreSQL, from when each is due to its 200, which comes after the commit. ${what}`,
    target: isTarget ? `p99 below ${P99_MS_MAX} ms, each answered 200, one event an order` : "printed",
    reached: faults === 0 && (!isTarget || (refused === 0 && p99 < P99_MS_MAX)),
    values: {
      "p99, ms": show(({ p99Ms }) => p99Ms),
      "p50, ms": show(({ p50Ms }) => p50Ms),
      "longest, ms": show(({ longestMs }) => longestMs),
      "answers other than 200": refused,
      "orders taken without exactly one event": sum(({ notOnce }) => notOnce),
      "messages too many or too few": sum(({ wronglyTold }) => wronglyTold),
      "messages sent meanwhile, a second": show(({ sentPerSecond }) => sentPerSecond),
      ...Object.fromEntries(
        (["gateway", "postgres", "meta", "shop"] as const).map((name) => [
          `processors that ${NAMES[name]} took`,
          show(({ processors }) => processors[name]),
        ]),
      ),
    },
  };
}

const NAMES = {
  gateway: "the gateway",
  postgres: "PostgreSQL",
  meta: "the simulated Meta",
  shop: "the shop that posts, which is not measured,",
};
