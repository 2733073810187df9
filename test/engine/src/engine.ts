import { createWriteStream, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  type Clock,
  type ConsentClaim,
  createLog,
  createMessaging,
  type Log,
  type Messaging,
  type MessagingOptions,
  type PublishOptions,
  type PublishResult,
  secret,
  starterRules,
  systemClock,
  type Worker,
} from "@webxkey/core";
import { toNodeListener } from "@webxkey/core/node";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { inject } from "vitest";
import { OWNER, WORKSPACE_ID, WORKSPACE_NAME } from "./prepare-stores.ts";
import type { StorageOption } from "./stores.ts";

export { openStore, STORES, type Store, type StoreName, shared } from "./stores.ts";
export { OWNER };

export const WORDING = {
  id: "checkout-order-updates",
  version: "2026-11",
  language: "en",
  purpose: "order-updates",
  text: "Send me updates about this order on WhatsApp. I can stop at any time by answering STOP.",
} as const;

export interface EngineOptions {
  readonly storage: StorageOption;
  readonly simulator: GraphSimulator;
  readonly rootKey?: string;
  readonly workspaceId?: string;
  readonly clock?: Clock;
  readonly burstFloorPerHour?: number;
  readonly windows?: MessagingOptions["windows"];
  readonly rules?: MessagingOptions["rules"];
  readonly wordings?: MessagingOptions["wordings"];
  readonly connectors?: MessagingOptions["connectors"];
  readonly alertOutlets?: MessagingOptions["alertOutlets"];
  /** Where Meta posts, if not to this engine's own port. */
  readonly webhookUrl?: string;
  /** Where the engine finds Meta, if not at the simulator's own port. */
  readonly graphUrl?: string;
}

/** A claim that does not say who gave it is the event's own person's. */
export type TestClaim = Omit<ConsentClaim, "givenBy"> & Partial<Pick<ConsentClaim, "givenBy">>;
export type TestPublishOptions = Omit<PublishOptions, "claims"> & { readonly claims?: readonly TestClaim[] };

export interface TestMessaging extends Omit<Messaging, "publish" | "notify"> {
  publish(event: unknown, options?: TestPublishOptions): Promise<PublishResult>;
  notify(
    notice: Parameters<Messaging["notify"]>[0],
    options?: Pick<TestPublishOptions, "claims">,
  ): Promise<PublishResult>;
}

/** An engine with its HTTP surface on a loopback port, as a host would serve it. */
export interface Engine extends AsyncDisposable {
  readonly messaging: TestMessaging;
  /** Of its HTTP surface. */
  readonly port: number;
  readonly webhookUrl: string;
  /** Calls the admin API as the owner unless told otherwise. */
  call<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    as?: string | null,
  ): Promise<{ status: number; body: Body }>;
  startWorker(): Promise<Worker>;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  let messaging: Messaging | undefined;
  const server = createServer((request, response) => {
    if (!messaging) throw new Error("The engine is not made yet.");
    void toNodeListener(messaging.handler)(request, response);
  });
  const port = await listen(server);
  const webhookUrl = options.webhookUrl ?? `http://127.0.0.1:${port}/v1/meta/webhook`;
  const workspaceId = options.workspaceId ?? WORKSPACE_ID;
  messaging = createMessaging({
    storage: options.storage,
    rootKey: secret(options.rootKey ?? inject("rootKey")),
    workspace: { id: workspaceId, name: WORKSPACE_NAME, ownerUserId: OWNER },
    rules: options.rules ?? starterRules,
    wordings: options.wordings ?? [WORDING],
    graphUrl: options.graphUrl ?? options.simulator.url,
    webhookUrl,
    connectors: options.connectors ?? [],
    alertOutlets: options.alertOutlets ?? [],
    connectorsUrl: `http://127.0.0.1:${port}/v1/connectors`,
    // The made-up platforms of tests are on this machine.
    privatePlatformHosts: ["127.0.0.1"],
    clock: options.clock ?? systemClock,
    log: testLog(),
    windows: { sweepMs: 200, ...options.windows },
    ...(options.burstFloorPerHour !== undefined && { burstFloorPerHour: options.burstFloorPerHour }),
  });
  const engine = messaging;
  await engine.migrate().catch(async (error: unknown) => {
    await closeServer(server);
    await engine.close();
    throw error;
  });
  const workers: Worker[] = [];
  return {
    messaging: claimsNamed(engine),
    port,
    webhookUrl,
    async call<Body>(method: string, path: string, body?: unknown, as: string | null = OWNER) {
      const request = new Request(`http://engine${path}`, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      });
      const response = await engine.handler(request, as === null ? undefined : { userId: as });
      const text = await response.text();
      return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as Body };
    },
    async startWorker() {
      const worker = engine.startWorker();
      workers.push(worker);
      return worker;
    },
    async [Symbol.asyncDispose]() {
      for (const worker of workers) await worker.stop();
      await closeServer(server);
      await engine.close();
    },
  };
}

/** Connects the simulator's demo number and turns rules on, as a merchant does first. */
export async function connectDemo(
  engine: Engine,
  rules: readonly string[] = ["order-confirmation"],
): Promise<void> {
  const { app, waba, number, token } = demoAccount;
  const connected = await engine.call("POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  if (connected.status !== 201) throw new Error(`connecting answered ${JSON.stringify(connected)}`);
  for (const rule of rules) {
    const set = await engine.call("PUT", `/v1/rules/${rule}`, { active: true });
    if (set.status !== 200) throw new Error(`the rule ${rule} answered ${JSON.stringify(set)}`);
  }
}

export const PHONE = demoAccount.person.phone;

let orders = 0;

/** An order as a connector translates it; each call is another order. */
export function orderPlaced(
  overrides: {
    ref?: string;
    phone?: string | null;
    time?: string;
    donotnotify?: boolean;
    type?: string;
  } = {},
) {
  orders += 1;
  const ref = overrides.ref ?? `order_${process.pid}_${orders}`;
  const time = overrides.time ?? new Date().toISOString();
  return {
    specversion: "1.0",
    id: `${overrides.type ?? "order.placed"}:${ref}`,
    source: "/medusa/test",
    type: overrides.type ?? "order.placed",
    time,
    ...(overrides.donotnotify !== undefined && { donotnotify: overrides.donotnotify }),
    data: {
      recipient: {
        ...(overrides.phone === null ? {} : { phone: overrides.phone ?? PHONE }),
        name: "Sheena",
        locale: "en",
      },
      order: { ref, code: `#${orders}`, placed_at: time, total: { amount: 4999, currency: "USD" } },
      shop: { name: "Lucky Shrub" },
    },
  };
}

function claimsNamed(messaging: Messaging): TestMessaging {
  const named = <Options extends TestPublishOptions>(
    { claims = [], ...options }: Options,
    recipient: unknown,
  ) => {
    const { phone } = recipient as { phone?: string };
    const own = { phones: phone === undefined ? [] : [phone] };
    return { ...options, claims: claims.map((claim) => ({ givenBy: own, ...claim })) };
  };
  return {
    ...messaging,
    publish: (event, options = {}) =>
      messaging.publish(
        event,
        named(options, (event as { data?: { recipient?: object } })?.data?.recipient ?? {}),
      ),
    notify: (notice, options = {}) => messaging.notify(notice, named(options, notice.recipient ?? {})),
  };
}

/** What a checkout box says that the customer did. */
export function claim(): TestClaim {
  return {
    wordingId: WORDING.id,
    wordingVersion: WORDING.version,
    wordingLanguage: WORDING.language,
    method: "checkout_box" as const,
    occurredAt: new Date(),
    evidence: "cart metadata",
  };
}

export type Timeline = {
  message: { state: string; reason: { code: string; sentence: string } | null };
  entries: { kind: string; sentence: string; detail: Record<string, unknown> }[];
};

/** Waits until the message's state is the one wanted. */
export async function untilState(
  engine: Engine,
  messageId: string,
  state: string,
  withinMs = 20_000,
): Promise<Timeline> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { body } = await engine.call<Timeline>("GET", `/v1/messages/${messageId}/timeline`);
    if (body.message.state === state) return body;
    if (performance.now() > deadline)
      throw new Error(`After ${withinMs} ms the message is not ${state}: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function fastSimulator(): Promise<GraphSimulator> {
  return await startGraphSimulator({
    statusTimes: { sentMs: 5, deliveredMs: 10, readMs: 20 },
    webhooks: { retryFirstMs: 50, batchWaitMs: 2 },
    limitPairs: false,
  });
}

/** In a checked run every log line goes to a file that is searched afterwards. */
function testLog(): Log {
  const directory = process.env["WEBXKEY_TEST_LOG_DIR"];
  if (!directory) return createLog({ level: "silent" });
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(join(directory, `engine-${process.pid}.log`), { flags: "a" });
  return createLog({ level: "debug", destination: { write: (line) => void file.write(line) } });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
