import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@webxkey/chaos/database";
import { type Started, startProcess } from "@webxkey/chaos/start-process";
import { until } from "@webxkey/chaos/until";
import {
  connectGraphSimulator,
  demoAccount,
  type GraphSimulator,
  type GraphSimulatorOptions,
} from "@webxkey/testing";
import type { ClientName, LoopOrder, SdkLoopConfig } from "./sides/clients.ts";
import type { EngineConfig, PublishOrder } from "./sides/engine.ts";
import type { TransactionConfig } from "./sides/transaction-a-message.ts";

const SIMULATOR = new URL(import.meta.resolve("@webxkey/chaos/simulator"));
const STATUSES_A_MESSAGE = 3;
const DONE_WITHIN_MS = 600_000;
/** More than any side reaches: the number's own limit is not what is measured. */
const UNLIMITED_PER_SECOND = 1_000_000;

/** Statuses come soon, one after another as Meta sends them, so that a run ends soon after its last message. */
const STATUS_TIMES = { sentMs: 20, deliveredMs: 60, readMs: 100 };

export type StageOptions = {
  /** How many statuses one webhook carries. */
  readonly statusesPerPost: number;
  /** Messages a second that the number takes before the simulator answers 130429. */
  readonly perSecond?: number;
};

/** The simulated Meta in a process of its own, fresh for each run. */
export async function openSimulator({
  statusesPerPost,
  perSecond = UNLIMITED_PER_SECOND,
}: StageOptions): Promise<GraphSimulator & { readonly pid: number }> {
  const options: GraphSimulatorOptions = {
    limitPairs: false,
    statusTimes: STATUS_TIMES,
    webhooks: { updatesPerPost: statusesPerPost, batchWaitMs: 20, connections: 64 },
  };
  const process = startProcess<{ url: string }>(SIMULATOR, options);
  const simulator = connectGraphSimulator((await process.ready).url);
  const { number, waba } = demoAccount;
  await simulator.seed({ numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: perSecond }] });
  const close = () => process.end("SIGKILL");
  return { ...simulator, pid: process.pid, close, [Symbol.asyncDispose]: close };
}

/** Resolves when so many messages are accepted and every status of theirs is taken by its receiver. */
export async function untilTold(simulator: GraphSimulator, messages: number): Promise<void> {
  await until(`not all of ${messages} messages were accepted and told of`, DONE_WITHIN_MS, async () => {
    const counts = await simulator.counts();
    return (
      counts.accepted >= messages &&
      counts.statuses >= STATUSES_A_MESSAGE * counts.accepted &&
      counts.webhooksUnderWay === 0
    );
  });
}

export type Side = AsyncDisposable & { order<Answer>(name: string, body?: object): Promise<Answer> };

export function sideOf(process: Started<{ url: string }>, url: string): Side {
  return {
    async order<Answer>(name: string, body: object = {}) {
      const response = await fetch(`${url}/bench/${name}`, { method: "POST", body: JSON.stringify(body) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${name} failed: ${text}`);
      return JSON.parse(text) as Answer;
    },
    [Symbol.asyncDispose]: () => process.end(),
  };
}

export type SdkSide = Side & { send(order: LoopOrder): Promise<unknown> };

/** A library in a loop, with a webhook that stores nothing; for the bare client nothing even comes back. */
export async function openSdkLoop(simulator: GraphSimulator, client: ClientName): Promise<SdkSide> {
  const config: SdkLoopConfig = { client, graphUrl: simulator.url };
  const process = startProcess<{ url: string }>(new URL("./sides/sdk-loop.ts", import.meta.url), config);
  const { url } = await process.ready;
  if (client !== "undici")
    await simulator.setCallback(demoAccount.app.id, { url: `${url}/webhook`, verifyToken: "bench" });
  const side = sideOf(process, url);
  return { ...side, send: (order) => side.order("send", order) };
}

export type LoopSide = Side & { send(order: { readonly count: number }): Promise<unknown> };

/** The usual outbox loop on an engine's database, whose webhooks come to it from now on. */
export async function openTransactionLoop(
  simulator: GraphSimulator,
  connectionString: string,
): Promise<LoopSide> {
  const config: TransactionConfig = { connectionString, graphUrl: simulator.url };
  const process = startProcess<{ url: string }>(
    new URL("./sides/transaction-a-message.ts", import.meta.url),
    config,
  );
  const { url } = await process.ready;
  // The engine told Meta its own address; this loop's takes its place.
  const moved = await fetch(`${simulator.url}/v25.0/${demoAccount.waba.id}/subscribed_apps`, {
    method: "POST",
    headers: { authorization: `Bearer ${demoAccount.token.value}`, "content-type": "application/json" },
    body: JSON.stringify({ override_callback_uri: `${url}/webhook`, verify_token: "bench" }),
  });
  if (!moved.ok) throw new Error(`The webhook could not be moved: ${await moved.text()}`);
  const side = sideOf(process, url);
  return { ...side, send: (order) => side.order("send", order) };
}

/** Where the engine keeps its data: made for one run, gone with it. */
export type Store = AsyncDisposable & {
  readonly name: StoreName;
  readonly storage: EngineConfig["storage"];
  /** PostgreSQL alone: a look beside the engine. */
  readonly database: Database | undefined;
};

export const STORES = ["postgres", "pglite"] as const;
export type StoreName = (typeof STORES)[number];

export async function openStore(name: StoreName): Promise<Store> {
  if (name === "postgres") {
    const database = await openDatabase({ durable: true });
    const { connectionString } = database;
    return {
      name,
      storage: { connectionString },
      database,
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "webxkey-bench-"));
  return {
    name,
    storage: { dataDir: join(dataDir, "data") },
    database: undefined,
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

export type EngineSide = Side & {
  publish(order: PublishOrder): Promise<unknown>;
  /** Starts the worker in that process. */
  work(): Promise<unknown>;
  rest(): Promise<unknown>;
};

export type Engines = {
  readonly config: EngineConfig;
  /** Takes webhooks and publications, and sends once it is told to. */
  readonly first: EngineSide;
  /** One more process on the same store. */
  another(): Promise<EngineSide>;
};

/** An engine with a connected number, pacing lifted, on an empty store. */
export async function openEngine(
  opened: AsyncDisposableStack,
  simulator: GraphSimulator,
  store: Store,
): Promise<Engines> {
  const config: EngineConfig = {
    storage: store.storage,
    rootKey: randomBytes(32).toString("base64"),
    graphUrl: simulator.url,
  };
  const start = async (): Promise<EngineSide> => {
    const process = startProcess<{ url: string }>(new URL("./sides/engine.ts", import.meta.url), config);
    const side = sideOf(process, (await process.ready).url);
    const engine = {
      ...side,
      publish: (order: PublishOrder) => side.order("publish", order),
      work: () => side.order("work"),
      rest: () => side.order("rest"),
    };
    opened.defer(async () => {
      await side.order("close").then(
        () => process.ended,
        () => process.end("SIGKILL"),
      );
    });
    return engine;
  };
  const first = await start();
  await first.order("migrate");
  await first.order("connect");
  return { config, first, another: start };
}
