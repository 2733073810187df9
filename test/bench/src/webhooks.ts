import { setTimeout as pause } from "node:timers/promises";
import { openDatabase, type Query } from "@webxkey/chaos/database";
import { WORDING } from "@webxkey/chaos/orders";
import { startProcess } from "@webxkey/chaos/start-process";
import { demoAccount } from "@webxkey/testing";
import { type Gateway, openGateway } from "./gateway.ts";
import { parentOf, processorSeconds } from "./processor-time.ts";
import type { Posted, PostOrders, WooShopConfig } from "./sides/woo-shop.ts";
import { openSimulator, sideOf } from "./stage.ts";
import { percentile } from "./statistics.ts";
import { CONSENT_FIELD, idOf } from "./woo-order.ts";

export type WebhookLoad = {
  readonly perSecond: number;
  readonly seconds: number;
  /** At least one. */
  readonly warmUpSeconds: number;
  /** What is done with the orders: nothing, or a confirmation each by a number that may send so many a second. */
  readonly sends: "none" | number;
};

export interface WebhookRun {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** Orders that were answered 200 and of which the database holds no event, or more than one. */
  readonly notOnce: number;
  /** Messages too many or too few: each event has one that is or was to be sent, or none where nothing is sent. */
  readonly wronglyTold: number;
  /** Confirmations that Meta accepted within the time, a second. */
  readonly sentPerSecond: number;
  /** Parts of one processor that each process took, of all webhooks of the run. */
  readonly processors: { readonly [Process in "gateway" | "postgres" | "shop" | "meta"]: number };
}

const STATUSES_PER_POST = 20;

/** Order webhooks of WooCommerce at a fixed pace against a gateway of its own, until each is answered. */
export async function runWebhooks({
  perSecond,
  seconds,
  warmUpSeconds,
  sends,
}: WebhookLoad): Promise<WebhookRun> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(
    await openSimulator({
      statusesPerPost: STATUSES_PER_POST,
      ...(sends !== "none" && { perSecond: sends }),
    }),
  );
  const database = opened.use(await openDatabase({ durable: true }));
  const gateway = opened.use(await openGateway(simulator, database));
  const connected = await connectShop(gateway);
  if (sends !== "none") await letSend(gateway, database.query, sends);
  const config: WooShopConfig = { address: connected.webhook_url, secret: connected.webhook_secret };
  const shopProcess = startProcess<{ url: string }>(new URL("./sides/woo-shop.ts", import.meta.url), config);
  const shop = opened.use(sideOf(shopProcess, (await shopProcess.ready).url));
  const post = (order: PostOrders) => shop.order<Posted>("post", order);

  const warmUp = warmUpSeconds * perSecond;
  const count = seconds * perSecond;
  // WooCommerce's times are whole seconds, and the one in which the shop was connected began before.
  await pause(1_000 - (Date.now() % 1_000));
  await shop.order("sign", { count: warmUp + count });
  const warmedUp = await post({ count: warmUp, perSecond });
  const pids = { gateway: gateway.pid, postgres: await postmasterOf(database.query), meta: simulator.pid };
  const spentBefore = await spentBy(pids);
  const sentBefore = (await simulator.counts()).accepted;
  const startedAt = performance.now();
  const { waitsMs, refused, processorSeconds: shopSeconds } = await post({ count, perSecond });
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const sent = (await simulator.counts()).accepted - sentBefore;
  const spent = await spentBy(pids);
  const notTaken = new Set([...warmedUp.refused, ...refused].map(({ order }) => order));
  const taken = Array.from({ length: warmUp + count }, (_, n) => n).filter((n) => !notTaken.has(n));
  const sorted = [...waitsMs].sort((one, other) => one - other);
  return {
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    longestMs: percentile(sorted, 1),
    refused: refused.length,
    notOnce: await ordersNotOnce(database.query, taken),
    wronglyTold: await messagesWrong(database.query, sends === "none" ? 0 : 1),
    sentPerSecond: sent / tookSeconds,
    processors: {
      gateway: (spent.gateway - spentBefore.gateway) / tookSeconds,
      postgres: (spent.postgres - spentBefore.postgres) / tookSeconds,
      shop: shopSeconds / tookSeconds,
      meta: (spent.meta - spentBefore.meta) / tookSeconds,
    },
  };
}

async function connectShop(gateway: Gateway) {
  const { id, version, language, purpose, text } = WORDING;
  await gateway.call("POST", "/v1/wordings", { id, version, language, purpose, text });
  return await gateway.call<{ webhook_url: string; webhook_secret: string }>("POST", "/v1/connections", {
    connector: "woocommerce",
    name: "Lucky Shrub",
    settings: {
      baseUrl: "https://shop.example.com",
      consumerKey: "ck_example",
      consumerSecret: "cs_example",
    },
    consent_mapping: [
      {
        field: `meta_data.${CONSENT_FIELD}`,
        wording_id: id,
        wording_version: version,
        wording_language: language,
      },
    ],
  });
}

/** Switches the confirmation on for a shop that is as busy every day: of a quieter one the burst guard would hold what follows. */
async function letSend(gateway: Gateway, query: Query, perSecond: number): Promise<void> {
  await gateway.call("PUT", "/v1/rules/order-confirmation", { active: true });
  await query(
    `insert into webxkey.rule_hours (workspace_id, rule_id, hour, sends)
     select workspace_id, 'order-confirmation', date_trunc('hour', now()) - interval '1 day', 10000000
     from webxkey.senders`,
  );
  await query("update webxkey.sender_paces set per_second = $1, recipients_max = null", [perSecond]);
}

async function postmasterOf(query: Query): Promise<number> {
  const [row] = await query<{ pid: number }>("select pg_backend_pid() as pid");
  return await parentOf(Number(row?.pid));
}

async function spentBy<Name extends string>(
  pids: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const entries = Object.entries<number>(pids).map(async ([name, pid]) => [
    name,
    await processorSeconds(pid),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<Name, number>;
}

async function ordersNotOnce(query: Query, orders: readonly number[]): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from unnest($1::text[]) as wanted(ref)
     where (select count(*) from webxkey.events e where e.entity_type = 'order' and e.entity_ref = wanted.ref) <> 1`,
    [orders.map(idOf)],
  );
  return Number(row?.count);
}

async function messagesWrong(query: Query, perEvent: 0 | 1): Promise<number> {
  const [row] = await query<{ events: number; messages: number }>(
    `select (select count(*)::int from webxkey.events) as events,
       (select count(*)::int from webxkey.messages where state not in ('blocked', 'held')) as messages`,
  );
  return Math.abs(Number(row?.messages) - perEvent * Number(row?.events));
}
