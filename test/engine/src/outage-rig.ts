import { postgres } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { inject } from "vitest";
import { type Cuttable, cuttable } from "./cuttable.ts";
import { claim, connectDemo, type Engine, startEngine } from "./engine.ts";
import { happened, stranger, until } from "./shop.ts";

/** `network`: nothing comes and nothing goes. `proxy`: nothing comes, while Meta is reached as before. */
export type OutageOf = "gateway" | "postgres" | "both" | "network" | "proxy";
export type RetrySchedule = "linear" | "doubling" | "hours";

export interface OutageCase {
  readonly seed: number;
  readonly of: OutageOf;
  readonly lastsMs: number;
  readonly gateways: 1 | 2;
  readonly schedule: RetrySchedule;
  readonly onTheWire: number;
  /** Of those on the wire, requests that Meta never saw. */
  readonly neverTaken: number;
  /** Meta drops what it could not deliver at once. */
  readonly dropped?: boolean;
}

export interface OutageResult {
  readonly states: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly doubled: number;
  readonly resent: number;
  readonly unknownAfterwards: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** As in production, where hundreds may hang before the first is given up. */
const REQUEST_MS = 20 * SECOND_MS;
/** How long 400 requests may take to be on the wire together, on a busy machine. */
const ON_THE_WIRE_WITHIN_MS = 120_000;
/** Less than a gap that counts as an outage, so that the clock never jumps over one while the gateway is there. */
const STEP_MS = 10 * SECOND_MS;
const MORE_ORDERS_EVERY_MS = 5 * MINUTE_MS;
const RETRIES = {
  linear: { retryFirstMs: 20 * SECOND_MS, retryGrowth: "linear", retryJitter: 0.1 },
  doubling: { retryFirstMs: 5 * SECOND_MS, retryGrowth: 2, retryJitter: 0.5 },
  hours: { retryFirstMs: 30 * SECOND_MS, retryGrowth: 3, retryJitter: 0.1, retryWaitMsMax: 4 * HOUR_MS },
} as const;

/**
 * Engines, PostgreSQL and a simulated Meta on one clock that is moved on, hours in seconds. The database's `now()` is shadowed by
 * a function of a schema that stands before the system's own in the search path; windows are as in production. A request that
 * hangs is broken off when it would have timed out on the clock that is moved on. A gateway falls as one that is killed: every connection it has breaks, and it reaches nothing any more.
 */
export async function runOutage(one: OutageCase): Promise<OutageResult> {
  await using rig = await openOutageRig(one);
  await rig.hang();
  await rig.publish(one.onTheWire);
  await rig.untilOnTheWire(one.onTheWire);
  await rig.fall();
  await rig.passDown(one.lastsMs);
  await rig.rise();
  // The first new order is heard of at once: it must not count as proof about the old ones.
  const deadlineMs = rig.nowMs() + 4 * one.lastsMs + 2 * HOUR_MS;
  let nextOrderMs = rig.nowMs();
  while (rig.nowMs() < deadlineMs) {
    if (rig.nowMs() >= nextOrderMs) {
      await rig.publish(1);
      nextOrderMs = rig.nowMs() + MORE_ORDERS_EVERY_MS;
    }
    await rig.passUp(STEP_MS);
    if ((await rig.open()) === 0) break;
  }
  return await rig.judge();
}

interface Gateway {
  readonly engine: Engine;
  readonly ways: readonly Cuttable[];
  readonly port: number;
}

async function openOutageRig({
  seed,
  of,
  gateways: count,
  schedule,
  neverTaken,
  dropped = false,
}: OutageCase) {
  await using opened = new AsyncDisposableStack();
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;
  const connectionString = await createDatabase(inject("postgresUrl"), undefined, inject("preparedDatabase"));
  await shadowTime(connectionString);
  const beside = opened.use(await postgres({ connectionString }).open());
  const query = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await beside.query(text, values)).rows as Row[];
  const simulator: GraphSimulator = await startGraphSimulator({
    randomSeed: seed,
    limitPairs: false,
    statusTimes: { sentMs: 2 * SECOND_MS, deliveredMs: 4 * SECOND_MS, readMs: 9 * SECOND_MS },
    webhooks: {
      batchWaitMs: 2,
      updatesPerPost: 20,
      connections: 32,
      ...RETRIES[schedule],
      ...(dropped && { retryHorizonMs: 0 }),
    },
  });
  const { portfolio, waba, number } = demoAccount;
  await simulator.seed({
    portfolios: [{ ...portfolio, messagingLimit: "TIER_UNLIMITED" }],
    numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: 1_000 }],
  });
  const isCutOff = of === "network" || of === "proxy";
  const isAlive = isCutOff || of === "postgres";
  /** How often a gateway that is cut off has tried to reach Meta. */
  const roundsOf = (gateways: readonly Gateway[]) =>
    gateways.reduce((sum, { ways }) => sum + (ways[1]?.turnedAway ?? 0), 0);
  let alive: Gateway[] = [];
  let turn = 0;
  const balancer = opened.use(await cuttable(() => alive[turn++ % Math.max(1, alive.length)]?.port));
  const fallen: Gateway[] = [];

  async function start(): Promise<Gateway> {
    const ways = [
      await cuttable(() => portOf(connectionString)),
      await cuttable(() => portOf(simulator.url)),
    ] as const;
    const engine = await startEngine({
      storage: postgres({
        connectionString: connectionString.replace(`:${portOf(connectionString)}`, `:${ways[0].port}`),
      }),
      simulator,
      graphUrl: `http://127.0.0.1:${ways[1].port}`,
      webhookUrl: `http://127.0.0.1:${balancer.port}/v1/meta/webhook`,
      clock: { now: () => new Date(nowMs()) },
      windows: { requestMs: REQUEST_MS, sweepMs: 30, beatMs: 10 },
      burstFloorPerHour: 1_000_000,
    });
    const gateway = { engine, ways, port: engine.port };
    alive.push(gateway);
    return gateway;
  }

  opened.defer(async () => {
    await simulator.clearFaults();
    for (const { engine, ways } of [...alive, ...fallen]) {
      await engine[Symbol.asyncDispose]();
      for (const way of ways) await way[Symbol.asyncDispose]();
    }
  });
  // Closed first, so that nobody waits for an answer that never comes.
  opened.use(simulator);
  const first = await start();
  await connectDemo(first.engine);
  for (let n = 1; n < count; n += 1) await start();
  for (const { engine } of alive) await engine.startWorker();
  const published: string[] = [];
  const kept = opened.move();

  let hungUntilMs = Number.POSITIVE_INFINITY;
  async function ahead(ms: number): Promise<void> {
    aheadMs += ms;
    if (nowMs() >= hungUntilMs) {
      hungUntilMs = Number.POSITIVE_INFINITY;
      for (const { ways } of alive) ways[1]?.breakOpen();
    }
    await query("update ahead.clock set by = make_interval(secs => $1)", [aheadMs / 1_000]);
  }

  async function isBeating(): Promise<boolean> {
    const rows = await query(
      "select 1 from webxkey.receiver_uptimes where last_at > now() - interval '1 second'",
    );
    // Before its first request a gateway is not known to be there.
    return rows.length > 0 || (await query("select 1 from webxkey.receiver_uptimes")).length === 0;
  }

  return {
    nowMs,
    /** Meta hangs: it has taken most of them, and some it never saw. */
    async hang() {
      if (neverTaken > 0) await simulator.inject({ kind: "hang_before", count: neverTaken });
      await simulator.inject({ kind: "hang_after" });
    },
    async publish(orders: number) {
      const { engine } = alive[0] as Gateway;
      const intents = await Promise.all(
        Array.from({ length: orders }, async () => {
          const event = happened("order.placed", { phone: stranger(), at: new Date(nowMs()) });
          const claims = [{ ...claim(), occurredAt: new Date(nowMs()) }];
          return (await engine.messaging.publish(event, { claims })).intents[0];
        }),
      );
      for (const intent of intents) if (intent) published.push(intent.messageId);
    },
    async untilOnTheWire(orders: number) {
      const arrived = async () => (await simulator.accepted()).length >= orders - neverTaken;
      await until("they are not at Meta", arrived, ON_THE_WIRE_WITHIN_MS);
      hungUntilMs = nowMs() + REQUEST_MS;
    },
    async fall() {
      if (of === "network" || of === "proxy") balancer.cut();
      if (of === "network") for (const { ways } of alive) ways[1]?.cut();
      if (of === "postgres") for (const { ways } of alive) ways[0]?.cut();
      if (isAlive) return;
      for (const { ways } of alive) for (const way of ways) way.cut();
      fallen.push(...alive);
      alive = [];
      balancer.breakOpen();
    },
    async passDown(ms: number) {
      // A gateway that is there goes through the outage step by step, or its own clock would show it a gap.
      for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
        const stepMs = isCutOff ? Math.min(STEP_MS, leftMs) : ms;
        await simulator.advance(stepMs);
        await ahead(stepMs);
        if (!isCutOff) return;
        const rounds = roundsOf(alive);
        await until("the gateway stands still", async () => (await isBeating()) || roundsOf(alive) > rounds);
      }
    },
    async rise() {
      await simulator.clearFaults();
      balancer.mend();
      for (const { ways } of alive) for (const way of ways) way.mend();
      if (isAlive) return;
      for (let n = 0; n < count; n += 1) await (await start()).engine.startWorker();
    },
    async passUp(ms: number) {
      await simulator.advance(ms);
      await ahead(ms);
      await until("the gateway does not beat", isBeating);
      await simulator.until(({ counts }) => counts.webhooksUnderWay === 0, {
        withinMs: 20_000,
        what: "posts",
      });
      await until(
        "webhooks wait",
        async () => (await query("select 1 from webxkey.inbox where state = 'stored' limit 1")).length === 0,
      );
    },
    async open(): Promise<number> {
      const [row] = await query<{ open: number }>(
        "select count(*)::int as open from webxkey.messages where state in ('queued', 'sending', 'unknown')",
      );
      return row?.open ?? 0;
    },
    async judge(): Promise<OutageResult> {
      const attempts = new Map(
        (
          await query<{ attempt: string; message: string }>(
            "select 'v1.' || attempt_id as attempt, message_id as message from webxkey.attempts",
          )
        ).map(({ attempt, message }) => [attempt, message]),
      );
      const takenBy = Map.groupBy(await simulator.accepted(), ({ callbackData }) =>
        attempts.get(callbackData ?? ""),
      );
      const rows = await query<{ id: string; state: string; resent: boolean }>(
        `select m.message_id as id, m.state, exists (select from webxkey.audit_entries e
           where e.object_id = m.message_id::text and e.action = 'message.resent') as resent from webxkey.messages m`,
      );
      const stateOf = new Map(rows.map((row) => [row.id, row.state]));
      const told = ["sent", "delivered", "read"];
      return {
        states: Object.fromEntries(
          [...Map.groupBy(rows, ({ state }) => state)].map(([state, all]) => [state, all.length]),
        ),
        lost: published.filter((id) => {
          const state = stateOf.get(id);
          return state === undefined || (told.includes(state) && !takenBy.has(id));
        }).length,
        doubled: [...takenBy.values()].filter((taken) => taken.length > 1).length,
        resent: rows.filter(({ resent }) => resent).length,
        unknownAfterwards: rows.filter(({ state }) => ["queued", "sending", "unknown"].includes(state))
          .length,
      };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const VIRTUAL_TIME = `
  create schema ahead;
  create table ahead.clock (by interval not null);
  insert into ahead.clock values ('0');
  create function ahead.now() returns timestamptz language sql stable as
    'select pg_catalog.now() + (select by from ahead.clock)';
  create function ahead.clock_timestamp() returns timestamptz language sql volatile as
    'select pg_catalog.clock_timestamp() + (select by from ahead.clock)';
  do $$ begin
    execute format('alter database %I set search_path = ahead, pg_catalog, public', current_database());
  end $$`;

/** What is connected from here on has this time. */
async function shadowTime(connectionString: string): Promise<void> {
  await using storage = await postgres({ connectionString }).open();
  await storage.query(VIRTUAL_TIME);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
