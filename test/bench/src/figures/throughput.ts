import type { Figure, FigureEntry, Scale } from "../figure.ts";
import { type EngineRun, runEngine, runLoop, runTransactionLoop } from "../runs.ts";
import { CLIENTS, type ClientName } from "../sides/clients.ts";
import type { StoreName } from "../stage.ts";
import { rounded, spreadOf } from "../statistics.ts";

const MESSAGES = 6_000;
const SWEEP_MESSAGES = 2_000;
const TRANSACTION_MESSAGES = 600;
const AT_ONCE = [8, 32, 128];
const STATUSES_BATCHED = 20;
const SDK_RATIO_MIN = 1.3;
const UNDICI_RATIO_MIN = 0.25;
const TRANSACTION_RATIO_MIN = 20;

/** All sides in turn, as often as asked, so that a machine that slows down slows all of them. */
export const throughput: FigureEntry = {
  name: "throughput",
  async run(scale) {
    const fastest = await sweep(scale);
    const rounds: Round[] = [];
    for (let n = 0; n < scale.repeats; n += 1) rounds.push(await round(scale, fastest));
    return figuresOf(rounds, fastest);
  },
};

interface Fastest {
  readonly atOnce: Readonly<Record<string, number>>;
  readonly sweep: Readonly<Record<string, string>>;
}

interface Round {
  readonly clients: Readonly<Record<ClientName, number>>;
  readonly transactions: number;
  readonly single: Readonly<Record<StoreName, EngineRun>>;
  readonly batched: Readonly<Record<StoreName, EngineRun>>;
}

/** Each library at its own fastest concurrency. */
async function sweep(scale: Scale): Promise<Fastest> {
  const atOnce: Record<string, number> = {};
  const shown: Record<string, string> = {};
  for (const client of CLIENTS) {
    const rates: (readonly [atOnce: number, perSecond: number])[] = [];
    for (const lanes of AT_ONCE) {
      const order = { messages: scale.of(SWEEP_MESSAGES), statusesPerPost: 1, atOnce: lanes };
      rates.push([lanes, await runLoop(client, order)]);
    }
    atOnce[client] = rates.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
    shown[client] = rates.map(([lanes, perSecond]) => `${lanes}: ${rounded(perSecond)}`).join(", ");
  }
  return { atOnce, sweep: shown };
}

async function round(scale: Scale, { atOnce }: Fastest): Promise<Round> {
  const messages = scale.of(MESSAGES);
  const clients: Partial<Record<ClientName, number>> = {};
  for (const client of CLIENTS) {
    const order = { messages, statusesPerPost: 1, atOnce: atOnce[client] ?? 1 };
    clients[client] = await runLoop(client, order);
  }
  const engine = async (statusesPerPost: number) => ({
    postgres: await runEngine("postgres", { messages, statusesPerPost }),
    pglite: await runEngine("pglite", { messages, statusesPerPost }),
  });
  return {
    clients: clients as Record<ClientName, number>,
    single: await engine(1),
    batched: await engine(STATUSES_BATCHED),
    transactions: await runTransactionLoop({
      messages: scale.of(TRANSACTION_MESSAGES),
      statusesPerPost: STATUSES_BATCHED,
    }),
  };
}

function figuresOf(rounds: readonly Round[], { atOnce, sweep }: Fastest): Figure[] {
  const of = (read: (round: Round) => number) => spreadOf(rounds.map(read));
  const sdks = CLIENTS.filter((client) => client !== "undici");
  const clients = CLIENTS.map((client) => [client, of((round) => round.clients[client])] as const);
  const ofFastestSdk = of(
    (round) => round.single.postgres.perSecond / Math.max(...sdks.map((sdk) => round.clients[sdk])),
  );
  const ofUndici = of((round) => round.single.postgres.perSecond / round.clients.undici);
  const ofTransactions = of((round) => round.batched.postgres.perSecond / round.transactions);
  const show = ({ median, min, max }: ReturnType<typeof spreadOf>) =>
    `${rounded(median)} (${rounded(min)} to ${rounded(max)})`;
  const runs = (["single", "batched"] as const).flatMap((way) =>
    (["postgres", "pglite"] as const).map((store) => ({ way, store })),
  );
  return [
    {
      figure: "engine",
      what: "Messages a second with consent, templates, encryption and audit, until the last of three statuses is applied; pacing lifted. PostgreSQL waits for the disk, PGlite does not.",
      target: "printed",
      reached: true,
      values: Object.fromEntries(
        runs.flatMap(({ way, store }) => {
          const label = `${store}, statuses ${way === "single" ? "one by one" : `by ${STATUSES_BATCHED}`}`;
          return [
            [label, show(of((round) => round[way][store].perSecond))],
            [
              `${label}: audit entries a second`,
              show(of((round) => round[way][store].auditEntriesPerSecond)),
            ],
          ];
        }),
      ),
    },
    {
      figure: "baselines",
      what: "Messages a second of a loop that keeps nothing: a library with an Express webhook, statuses one by one; undici alone, to which nothing comes back. Each at its fastest concurrency.",
      target: "printed",
      reached: true,
      values: Object.fromEntries(
        clients.flatMap(([client, spread]) => [
          [`${client}, ${atOnce[client]} at once`, show(spread)],
          [`${client}: sweep`, sweep[client] ?? ""],
        ]),
      ),
    },
    {
      figure: "engine / fastest library",
      what: "PostgreSQL, statuses one by one, beside the fastest of the libraries.",
      target: `at least ${SDK_RATIO_MIN}`,
      reached: ofFastestSdk.median >= SDK_RATIO_MIN,
      values: { ratio: show(ofFastestSdk) },
    },
    {
      figure: "engine / bare undici",
      what: "PostgreSQL, statuses one by one, beside a bare loop over undici.",
      target: `at least ${UNDICI_RATIO_MIN}`,
      reached: ofUndici.median >= UNDICI_RATIO_MIN,
      values: { ratio: show(ofUndici) },
    },
    {
      figure: "engine / a transaction a message",
      what: `PostgreSQL, statuses by ${STATUSES_BATCHED}, beside one worker of the usual outbox loop with one message in flight, on the same tables.`,
      target: `at least ${TRANSACTION_RATIO_MIN}`,
      reached: ofTransactions.median >= TRANSACTION_RATIO_MIN,
      values: {
        ratio: show(ofTransactions),
        "its messages a second": show(of((round) => round.transactions)),
      },
    },
  ];
}
