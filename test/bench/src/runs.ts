import { until } from "@webxkey/chaos/until";
import type { ClientName } from "./sides/clients.ts";
import {
  type EngineSide,
  openEngine,
  openSdkLoop,
  openSimulator,
  openStore,
  openTransactionLoop,
  type Store,
  type StoreName,
  untilTold,
} from "./stage.ts";

/** Sent before the clock starts, so that code is compiled, plans are made and connections are open. */
const WARM_UP = 300;
const DRAINED_WITHIN_MS = 300_000;

export interface EngineRun {
  /** Messages a second, from the first claim until the last status is applied. */
  readonly perSecond: number;
  readonly auditEntriesPerSecond: number;
}

/** Messages that wait in the outbox are sent, each with three statuses, until all is accepted, told and applied. */
export async function runEngine(
  storeName: StoreName,
  {
    messages,
    statusesPerPost,
    processes = 1,
  }: {
    readonly messages: number;
    readonly statusesPerPost: number;
    readonly processes?: number;
  },
): Promise<EngineRun & { readonly shares: readonly number[] }> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await openSimulator({ statusesPerPost }));
  const store = opened.use(await openStore(storeName));
  const engines = await openEngine(opened, simulator, store);
  const { first } = engines;
  await first.order("unlimit");
  await first.publish({ from: 0, count: WARM_UP });
  await first.work();
  await untilTold(simulator, WARM_UP);
  await untilApplied(first);
  await first.rest();
  const workers = [first];
  while (workers.length < processes) workers.push(await engines.another());
  await first.publish({ from: WARM_UP, count: messages });
  const entriesBefore = await entriesOf(first);
  const startedAt = performance.now();
  await Promise.all(workers.map((worker) => worker.work()));
  await untilTold(simulator, WARM_UP + messages);
  await untilApplied(first);
  const seconds = (performance.now() - startedAt) / 1_000;
  await requireAllRead(first, WARM_UP + messages);
  const entries = (await entriesOf(first)) - entriesBefore;
  const sent = await Promise.all(
    workers.map(async (worker) => Number((await worker.order<{ sent: number }>("sent")).sent)),
  );
  return {
    perSecond: messages / seconds,
    auditEntriesPerSecond: entries / seconds,
    shares: sent.map((one) => one / sent.reduce((sum, other) => sum + other, 0)),
  };
}

/** A library or a bare client in a loop. */
export async function runLoop(
  client: ClientName,
  {
    messages,
    statusesPerPost,
    atOnce,
  }: {
    readonly messages: number;
    readonly statusesPerPost: number;
    readonly atOnce: number;
  },
): Promise<number> {
  await using simulator = await openSimulator({ statusesPerPost });
  await using side = await openSdkLoop(simulator, client);
  await side.send({ from: 0, count: WARM_UP, atOnce });
  await untilTold(simulator, WARM_UP);
  const startedAt = performance.now();
  await side.send({ from: WARM_UP, count: messages, atOnce });
  await untilTold(simulator, WARM_UP + messages);
  return messages / ((performance.now() - startedAt) / 1_000);
}

/** The usual outbox loop, on messages that the engine decided and stored. */
export async function runTransactionLoop({
  messages,
  statusesPerPost,
}: {
  readonly messages: number;
  readonly statusesPerPost: number;
}): Promise<number> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await openSimulator({ statusesPerPost }));
  const store = opened.use(await openStore("postgres"));
  if (!("connectionString" in store.storage)) throw new Error("The loop needs PostgreSQL.");
  const { first } = await openEngine(opened, simulator, store);
  await first.publish({ from: 0, count: messages });
  const side = opened.use(await openTransactionLoop(simulator, store.storage.connectionString));
  const startedAt = performance.now();
  await side.send({ count: messages });
  await untilTold(simulator, messages);
  await until("its statuses were not all applied", DRAINED_WITHIN_MS, async () => {
    return (await storedWebhooks(store)) === 0;
  });
  return messages / ((performance.now() - startedAt) / 1_000);
}

async function storedWebhooks({ database }: Store): Promise<number> {
  const rows = await database?.query<{ n: number }>(
    "select count(*)::int as n from webxkey.inbox where state = 'stored'",
  );
  return rows?.[0]?.n ?? 0;
}

/** Until no webhook waits to be applied. */
export async function untilApplied(engine: EngineSide): Promise<void> {
  await until("not every webhook was applied", DRAINED_WITHIN_MS, async () => {
    const { storedWebhooks } = await engine.order<{ storedWebhooks: number }>("stats");
    return storedWebhooks === 0;
  });
}

async function entriesOf(engine: EngineSide): Promise<number> {
  return (await engine.order<{ entries: number }>("entries")).entries;
}

/** A run counts only if every message got to its end. */
export async function requireAllRead(engine: EngineSide, messages: number): Promise<void> {
  const { read } = await engine.order<{ read: number }>("read");
  if (read !== messages)
    throw new Error(`${read} of ${messages} messages were read: the run proves nothing.`);
}
