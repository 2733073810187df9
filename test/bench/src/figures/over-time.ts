import { setTimeout as pause } from "node:timers/promises";
import type { Figure, FigureEntry, Scale } from "../figure.ts";
import { requireAllRead, untilApplied } from "../runs.ts";
import { openEngine, openSimulator, openStore, STORES, type StoreName, untilTold } from "../stage.ts";
import { rounded } from "../statistics.ts";

const SECONDS = 60;
const WARM_UP = 300;
const SUSTAINED_PER_SECOND = 1_000;
/** A little more comes in than must be sustained, or the figure could only ever be reached from below. */
const OFFERED_PER_SECOND = 1_020;
const PACES = [80, 1_000];
const STATUSES_BATCHED = 20;
const PACED_PART = { min: 0.98, max: 1 };
/** A process that could send a tenth more than the number's limit needs five seconds to spend the half second that the bucket holds. */
const BUCKET_SPENT_SECONDS = 15;

/** More than a thousand events a second come in for a minute, and everything is done with them. */
export const sustained: FigureEntry = {
  name: "sustained",
  async run(scale) {
    const figures: Figure[] = [];
    for (const store of STORES) figures.push(await sustain(store, scale));
    return figures;
  },
};

async function sustain(storeName: StoreName, scale: Scale): Promise<Figure> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await openSimulator({ statusesPerPost: STATUSES_BATCHED }));
  const store = opened.use(await openStore(storeName));
  const { first } = await openEngine(opened, simulator, store);
  await first.order("unlimit");
  await first.work();
  await first.publish({ from: 0, count: WARM_UP });
  await untilTold(simulator, WARM_UP);
  await first.order("analyze");
  const seconds = scale.of(SECONDS);
  const messages = seconds * OFFERED_PER_SECOND;
  const startedAt = performance.now();
  const [{ counts, atMs }] = await Promise.all([
    pause(seconds * 1_000).then(async () => ({
      counts: await simulator.counts(),
      atMs: performance.now() - startedAt,
    })),
    first.publish({ from: WARM_UP, count: messages, perSecond: OFFERED_PER_SECOND }),
  ]);
  await untilTold(simulator, WARM_UP + messages);
  await untilApplied(first);
  const wholeSeconds = (performance.now() - startedAt) / 1_000;
  await requireAllRead(first, WARM_UP + messages);
  const accepted = (counts.accepted - WARM_UP) / (atMs / 1_000);
  const whole = messages / wholeSeconds;
  return {
    figure: `sustained on ${storeName}`,
    what: `${OFFERED_PER_SECOND} events a second come in for ${seconds} s, each becomes a message with three statuses, in batches of ${STATUSES_BATCHED}; pacing lifted${storeName === "pglite" ? "; nothing is forced to the disk" : ", fsync on"}.`,
    target: `at least ${SUSTAINED_PER_SECOND} a second`,
    reached: accepted >= SUSTAINED_PER_SECOND && whole >= SUSTAINED_PER_SECOND,
    values: {
      "accepted a second within the time": rounded(accepted),
      "applied a second, the last status included": rounded(whole),
    },
  };
}

/** What a number with pacing on gets of its own limit. */
export const paced: FigureEntry = {
  name: "paced",
  async run(scale) {
    const figures: Figure[] = [];
    for (const perSecond of PACES) figures.push(await pace(perSecond, scale));
    return figures;
  },
};

async function pace(perSecond: number, scale: Scale): Promise<Figure> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await openSimulator({ statusesPerPost: STATUSES_BATCHED, perSecond }));
  const store = opened.use(await openStore("postgres"));
  const { first } = await openEngine(opened, simulator, store);
  const seconds = scale.of(SECONDS);
  await first.order("pace", { perSecond });
  await first.publish({ from: 0, count: (seconds + BUCKET_SPENT_SECONDS + 5) * perSecond });
  await first.work();
  // The full bucket of an idle number is its own: the minute begins when it is spent.
  await pause(BUCKET_SPENT_SECONDS * 1_000);
  const before = await simulator.counts();
  const startedAt = performance.now();
  await pause(seconds * 1_000);
  const after = await simulator.counts();
  const part = (after.accepted - before.accepted) / ((performance.now() - startedAt) / 1_000) / perSecond;
  return {
    figure: `paced at ${perSecond}`,
    what: `A number that may send ${perSecond} a second, whose bucket at Meta holds as many, with more waiting than it can send.`,
    target: `${PACED_PART.min * 100} to ${PACED_PART.max * 100} % of it, and no 130429`,
    // A tick of the last claim may fall on either side of the minute's end.
    reached: part >= PACED_PART.min && part <= PACED_PART.max + 0.25 / seconds && after.refused === 0,
    values: { "per cent of the limit": rounded(100 * part), "answers 130429": after.refused },
  };
}
