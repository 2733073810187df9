import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Messaging, SendWindows } from "@webxkey/core";
import {
  connectGraphSimulator,
  demoAccount,
  type GraphSimulator,
  type GraphSimulatorOptions,
} from "@webxkey/testing";
import { type Evidence, type Judgement, judge, readEvidence } from "./auditor/index.ts";
import { type Database, openDatabase } from "./database.ts";
import { ACTS, type Act, orderOf, phoneOf } from "./orders.ts";
import { CANNOT_START } from "./processes/child.ts";
import { type EngineConfig, engineOn, OWNER } from "./processes/engine-on.ts";
import { type Ending, type Started, startProcess } from "./processes/start-process.ts";
import type { WorkerConfig } from "./processes/worker.ts";
import { CHAOS_WINDOWS, META_LATENCY_MS } from "./windows.ts";

/** What the run is built of: real processes, a real database, a simulated Meta. */
export type Rig = AsyncDisposable & {
  readonly seed: number;
  readonly windows: SendWindows;
  readonly database: Database;
  readonly simulator: GraphSimulator;
  /** Messages whose publication was acknowledged, in that order. */
  readonly acknowledged: readonly string[];
  /** Lets the simulated Meta take as long for an answer as the real one does. */
  slowMeta(): Promise<void>;
  startWorker(options?: Pick<WorkerConfig, "ambush" | "clockSkewMs">): Started<object>;
  /** That many workers, each started again when it falls, until they are disposed. */
  keepWorkers(count: number, options?: Pick<WorkerConfig, "clockSkewMs">): AsyncDisposable;
  /** Processes that ended by an error of their own. */
  falls(): number;
  /** Publishes that many orders of that many people. Each is repeated until it is acknowledged, as a shop does it. */
  publish(count: number): Promise<string[]>;
  /** Publishes that many orders that are placed and, a moment later, shipped; answers their phones. */
  publishNews(count: number): Promise<string[]>;
  /** Posts exactly these bytes to the process that takes webhooks, and answers the status. */
  postWebhook(bytes: Uint8Array, signature: string): Promise<number>;
  frontPid(): number;
  /** `kill -9` of the process that takes publications and webhooks, and a start on the same port. */
  crashFront(): Promise<void>;
  /** With two healthy workers, waits until nothing is open, or until nothing has moved for longer than any window. */
  quiet(options: { readonly withinMs: number }): Promise<void>;
  /** The auditor's word, and whether the audit chain verifies. */
  judge(): Promise<{ evidence: Evidence; judgement: Judgement; chain: ChainReport }>;
};

export type ChainReport = { readonly ok: boolean; readonly entries: number };

export type RigOptions = {
  readonly seed: number;
  /** Waits for the disk, as production does. */
  readonly durable: boolean;
  readonly simulator?: GraphSimulatorOptions;
};

/** Messages a second that the simulated number takes: this is not where the run should wait. */
const NUMBER_PER_SECOND = 1_000;
const PUBLISHERS = 64;
const PUBLISH_AGAIN_MS = 50;
const PUBLISH_MS_MAX = 120_000;
const PUBLISH_CALL_MS_MAX = 15_000;
const QUIET_POLL_MS = 100;
const HEALTHY_WORKERS = 2;

export async function openRig({ seed, durable, simulator: given = {} }: RigOptions): Promise<Rig> {
  await using opened = new AsyncDisposableStack();
  const windows = CHAOS_WINDOWS;
  const meta = startProcess<{ url: string }>(processFile("simulator"), simulatorOptions(seed, given));
  opened.defer(() => meta.end("SIGKILL"));
  const database = opened.use(await openDatabase({ durable }));
  const port = await freePort();
  const simulator = connectGraphSimulator((await meta.ready).url);
  const config: EngineConfig = {
    connectionString: database.connectionString,
    rootKey: randomBytes(32).toString("base64"),
    graphUrl: simulator.url,
    webhookUrl: `http://127.0.0.1:${port}/v1/meta/webhook`,
    windows,
  };
  const admin = engineOn(config, "admin");
  opened.defer(() => admin.close());
  await admin.migrate();
  let falls = 0;
  let closing = false;
  let front = startProcess<object>(processFile("front"), { ...config, port });
  const watchFront = () => {
    void front.ended.then((ending) => {
      if (!isFall(ending) || closing) return;
      falls += 1;
      front = startProcess<object>(processFile("front"), { ...config, port });
      watchFront();
    });
  };
  watchFront();
  opened.defer(() => front.end("SIGKILL"));
  opened.defer(() => {
    closing = true;
  });
  await front.ready;
  await connect(admin, simulator);

  const workers = new Set<Started<object>>();
  opened.defer(async () => {
    await Promise.all([...workers].map((worker) => worker.end("SIGKILL")));
  });
  const acknowledged: string[] = [];
  let orders = 0;

  const startWorker: Rig["startWorker"] = (options = {}) => {
    const worker = startProcess<object>(processFile("worker"), {
      ...config,
      ...options,
    } satisfies WorkerConfig);
    workers.add(worker);
    void worker.ended.then((ending) => {
      workers.delete(worker);
      if (isFall(ending)) falls += 1;
    });
    return worker;
  };

  const keepWorkers: Rig["keepWorkers"] = (count, options = {}) => {
    const kept = new Set<Started<object>>();
    let stopping = false;
    const keep = () => {
      const worker = startWorker(options);
      kept.add(worker);
      void worker.ended.then(() => {
        kept.delete(worker);
        if (!stopping) keep();
      });
    };
    for (let n = 0; n < count; n += 1) keep();
    return {
      async [Symbol.asyncDispose]() {
        stopping = true;
        await Promise.all([...kept].map((worker) => worker.end()));
      },
    };
  };

  const publish: Rig["publish"] = async (count) => {
    const first = orders;
    orders += count;
    let next = first;
    const mine: string[] = [];
    const lane = async () => {
      while (next < first + count) {
        const messageId = await publishOne(port, next++);
        acknowledged.push(messageId);
        mine.push(messageId);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PUBLISHERS, count) }, lane));
    return mine;
  };

  const publishNews: Rig["publishNews"] = async (count) => {
    const first = orders;
    orders += count;
    const numbers = Array.from({ length: count }, (_, n) => first + n);
    await Promise.all(
      numbers.map(async (n) => {
        for (const act of ACTS) acknowledged.push(await publishOne(port, n, act));
      }),
    );
    return numbers.map(phoneOf);
  };

  const kept = opened.move();
  return {
    seed,
    windows,
    database,
    simulator,
    acknowledged,
    startWorker,
    keepWorkers,
    falls: () => falls,
    publish,
    publishNews,
    async slowMeta() {
      await simulator.inject({ kind: "slow_answer", delayMs: META_LATENCY_MS });
    },
    async postWebhook(bytes, signature) {
      const response = await fetch(config.webhookUrl, {
        method: "POST",
        headers: { "x-hub-signature-256": signature },
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      await response.arrayBuffer();
      return response.status;
    },
    frontPid: () => front.pid,
    async crashFront() {
      await front.end("SIGKILL");
      front = startProcess<object>(processFile("front"), { ...config, port });
      watchFront();
      await front.ready;
    },
    async quiet({ withinMs }) {
      await using _healthy = keepWorkers(HEALTHY_WORKERS);
      await untilQuiet({ database, simulator, windows, publish, withinMs });
    },
    async judge() {
      const evidence = await readEvidence(simulator, database.query, acknowledged);
      return { evidence, judgement: judge(evidence), chain: await verifyChain(admin) };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function processFile(entry: "front" | "simulator" | "worker"): URL {
  return new URL(`./processes/${entry}.ts`, import.meta.url);
}

/**
 * Statuses come after the lease and well within the settle window, so that whoever sends again without waiting for them is
 * caught; and in small batches, so that two cores are busy with the engine and not with HTTP.
 */
function simulatorOptions(seed: number, given: GraphSimulatorOptions): GraphSimulatorOptions {
  return {
    randomSeed: seed,
    limitPairs: false,
    usernameAdopters: 3,
    ...given,
    statusTimes: { sentMs: 7_000, deliveredMs: 7_200, readMs: 7_500, ...given.statusTimes },
    webhooks: {
      updatesPerPost: 20,
      batchWaitMs: 20,
      retryFirstMs: 100,
      retryWaitMsMax: 1_000,
      timeoutMs: 5_000,
      ...given.webhooks,
    },
  };
}

/** A process that nobody ended: an error that it did not catch. */
function isFall({ code }: Ending): boolean {
  return code !== null && code !== 0 && code !== CANNOT_START;
}

async function connect(admin: Messaging, simulator: GraphSimulator): Promise<void> {
  const { app, portfolio, waba, number, token } = demoAccount;
  await simulator.seed({
    // A run writes to more people than a new business may on one day.
    portfolios: [{ ...portfolio, messagingLimit: "TIER_UNLIMITED" }],
    numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: NUMBER_PER_SECOND }],
  });
  await call(admin, "POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  for (const rule of ["order-confirmation", "order-shipped"])
    await call(admin, "PUT", `/v1/rules/${rule}`, { active: true });
}

async function verifyChain(admin: Messaging): Promise<ChainReport> {
  const report = (await call(admin, "POST", "/v1/audit/verify", {})) as ChainReport;
  return { ok: report.ok, entries: report.entries };
}

async function call(admin: Messaging, method: string, path: string, body: object): Promise<unknown> {
  const request = new Request(`http://engine${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await admin.handler(request, { userId: OWNER });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** The same body again and again until it is acknowledged: a shop does not know whether the last call was taken. */
async function publishOne(port: number, n: number, act?: Act): Promise<string> {
  const body = JSON.stringify(orderOf(n, new Date(), act));
  const deadline = performance.now() + PUBLISH_MS_MAX;
  let last = "";
  while (performance.now() < deadline) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/publish`, {
        method: "POST",
        body,
        signal: AbortSignal.timeout(PUBLISH_CALL_MS_MAX),
      });
      const text = await response.text();
      if (response.ok) return messageIdOf(text);
      last = text;
    } catch (error) {
      last = String(error);
    }
    await pause(PUBLISH_AGAIN_MS);
  }
  throw new Error(`Order ${n} was not acknowledged within ${PUBLISH_MS_MAX} ms: ${last}`);
}

function messageIdOf(answer: string): string {
  const [intent] = JSON.parse(answer) as { messageId: string }[];
  if (!intent) throw new Error("A publication was acknowledged without a message: the rule is off.");
  return intent.messageId;
}

async function untilQuiet(of: {
  readonly database: Database;
  readonly simulator: GraphSimulator;
  readonly windows: SendWindows;
  readonly withinMs: number;
  publish(count: number): Promise<string[]>;
}): Promise<void> {
  const { leaseMs, settleMs, metaWaitMsMax } = of.windows;
  const stallMs = leaseMs + settleMs + Math.min(metaWaitMsMax, settleMs) + 2_000;
  const deadline = performance.now() + of.withinMs;
  let fewest = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  let canaryAt = performance.now() + settleMs / 2;
  while (performance.now() < deadline && performance.now() - movedAt < stallMs) {
    const { open, unknown } = await countOpen(of);
    if (open === 0) return;
    if (open < fewest) {
      fewest = open;
      movedAt = performance.now();
    }
    // A number is heard of only while it sends: its next own message proves that its webhooks arrive.
    if (unknown > 0 && performance.now() > canaryAt) {
      canaryAt = performance.now() + settleMs / 2;
      await of.publish(1);
    }
    await pause(QUIET_POLL_MS);
  }
}

/** Messages without an end, webhooks that are stored and not applied, and posts of webhooks under way. */
async function countOpen(of: {
  readonly database: Database;
  readonly simulator: GraphSimulator;
}): Promise<{ open: number; unknown: number }> {
  const [row] = await of.database.query<{ open: number; unknown: number; stored: number }>(
    `select count(*)::int as open, count(*) filter (where state = 'unknown')::int as unknown,
       (select count(*)::int from webxkey.inbox where state = 'stored') as stored
     from webxkey.messages where state in ('queued', 'sending', 'unknown')`,
  );
  const counts = await of.simulator.counts();
  return {
    open: (row?.open ?? 0) + (row?.stored ?? 0) + counts.webhooksUnderWay,
    unknown: row?.unknown ?? 0,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("The system gave no free port.");
  return address.port;
}
