import { onConfig } from "@webxkey/chaos/child";
import { orderOf, phoneOf, WORDING } from "@webxkey/chaos/orders";
import {
  type ConsentClaim,
  createLog,
  createMessaging,
  type Messaging,
  pglite,
  postgres,
  secret,
  starterRules,
  type Worker,
} from "@webxkey/core";
import { toNodeListener } from "@webxkey/core/node";
import { demoAccount } from "@webxkey/testing";
import { inLanes } from "./lanes.ts";
import { serveSide } from "./serve-side.ts";

export type EngineConfig = {
  readonly storage: { readonly connectionString: string } | { readonly dataDir: string };
  readonly rootKey: string;
  readonly graphUrl: string;
};

export type PublishOrder = {
  readonly from: number;
  readonly count: number;
  /** Evenly spaced; without it as fast as they are taken. */
  readonly perSecond?: number;
};

type Storage = Awaited<ReturnType<ReturnType<typeof postgres>["open"]>>;

const UNLIMITED_PER_SECOND = 1_000_000;
const WORKSPACE_ID = "shop";
const OWNER = "user_owner";
const PUBLISHERS = 600;
/** A bench is above what a shop's rule sends in an hour, on purpose. */
const BURST_FLOOR_PER_HOUR = 10_000_000;

/** The engine as `serve` runs it: webhooks, intake and a worker in one process. */
onConfig<EngineConfig>(async (config) => {
  // The address of the webhook is known only once the server listens.
  let messaging: Messaging | undefined;
  let worker: Worker | undefined;
  let storage: Storage | undefined;
  let sent = 0;
  const engine = (): Messaging => {
    if (!messaging) throw new Error("The engine is not made yet.");
    return messaging;
  };
  const one = async (text: string): Promise<object> =>
    ((await storage?.query(text))?.rows[0] ?? {}) as object;
  const { url } = await serveSide(
    {
      async migrate() {
        await engine().migrate();
        return {};
      },
      async connect() {
        await connect(engine());
        return {};
      },
      /** Lifts the number's own pace, which is below what is measured. */
      async unlimit() {
        await storage?.query(
          "alter table webxkey.sender_paces drop constraint if exists sender_paces_per_second_check",
        );
        await storage?.query("update webxkey.sender_paces set per_second = $1, recipients_max = null", [
          UNLIMITED_PER_SECOND,
        ]);
        return {};
      },
      /** What the Graph API would tell of the number, whatever its throughput level. */
      async pace({ perSecond }: { readonly perSecond: number }) {
        await storage?.query("update webxkey.sender_paces set per_second = $1, recipients_max = null", [
          perSecond,
        ]);
        return {};
      },
      async publish(order: PublishOrder) {
        return { publishedAt: await publishAll(engine(), order) };
      },
      async work() {
        worker ??= engine().startWorker();
        return {};
      },
      /** What autovacuum, or the engine's own chore on PGlite, does when a shop has worked for a while. */
      async analyze() {
        await storage?.query("analyze");
        return {};
      },
      async stats() {
        return await engine().stats();
      },
      async entries() {
        return await one("select count(*)::int as entries from webxkey.audit_entries");
      },
      async read() {
        return await one("select count(*)::int as read from webxkey.messages where state = 'read'");
      },
      /** How many messages this process had accepted. */
      async sent() {
        return { sent };
      },
      async rest() {
        await worker?.stop();
        worker = undefined;
        return {};
      },
      async close() {
        await worker?.stop();
        await engine().close();
        setImmediate(() => process.exit(0));
        return {};
      },
    },
    (request, response) => toNodeListener(engine().handler)(request, response),
  );
  const option = "dataDir" in config.storage ? pglite(config.storage) : postgres(config.storage);
  messaging = createMessaging({
    storage: {
      name: option.name,
      open: async () => {
        storage = await option.open();
        return storage;
      },
    },
    rootKey: secret(config.rootKey),
    workspace: { id: WORKSPACE_ID, name: "Lucky Shrub", ownerUserId: OWNER },
    rules: starterRules,
    wordings: [WORDING],
    graphUrl: config.graphUrl,
    webhookUrl: `${url}/v1/meta/webhook`,
    burstFloorPerHour: BURST_FLOOR_PER_HOUR,
    onStep: (step) => {
      if (step === "post.answered") sent += 1;
    },
    log: createLog({ level: "silent" }),
  });
  return { url };
});

/** Answers when each person's order was published, in milliseconds since the epoch, for latencies. */
async function publishAll(
  messaging: Messaging,
  { from, count, perSecond }: PublishOrder,
): Promise<Record<string, number>> {
  const startedAt = performance.now();
  const publishedAt: Record<string, number> = {};
  await inLanes({ from, count, atOnce: PUBLISHERS }, async (n) => {
    if (perSecond !== undefined) await until(startedAt + ((n - from) * 1_000) / perSecond);
    const { event, claims } = orderOf(n, new Date());
    const dated = claims.map((claim) => ({ ...claim, occurredAt: new Date(String(claim["occurredAt"])) }));
    publishedAt[phoneOf(n)] = performance.timeOrigin + performance.now();
    await messaging.publish(event, { claims: dated as unknown as ConsentClaim[] });
  });
  return publishedAt;
}

function until(at: number): Promise<void> | undefined {
  const waitMs = at - performance.now();
  return waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : undefined;
}

async function connect(messaging: Messaging): Promise<void> {
  const { app, waba, number, token } = demoAccount;
  await call(messaging, "POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  await call(messaging, "PUT", "/v1/rules/order-confirmation", { active: true });
}

async function call(messaging: Messaging, method: string, path: string, body: object): Promise<void> {
  const request = new Request(`http://engine${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await messaging.handler(request, { userId: OWNER });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}
