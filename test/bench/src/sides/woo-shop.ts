import { createHmac } from "node:crypto";
import { onConfig } from "@webxkey/chaos/child";
import { Pool } from "undici";
import { wooOrderBody } from "../woo-order.ts";
import { serveSide } from "./serve-side.ts";

export type WooShopConfig = { readonly address: string; readonly secret: string };
/** Of the orders that were signed before, in their order. */
export type PostOrders = { readonly count: number; readonly perSecond: number };
export type Posted = {
  /** From the moment at which a webhook was due until its whole answer was there, in milliseconds, in the order in which they were due. */
  readonly waitsMs: readonly number[];
  /** Which order was not answered 200; status 0 where there was no answer. */
  readonly refused: readonly { readonly order: number; readonly status: number }[];
  /** Of this process during these webhooks. */
  readonly processorSeconds: number;
};

/** More than are under way at once unless the gateway stands still, and then what has to wait is counted by when it was due. */
const CONNECTIONS = 500;

/** A shop that posts a webhook for each order at its own pace, however long the answers take. */
onConfig<WooShopConfig>(async ({ address, secret }) => {
  const { origin, pathname: path } = new URL(address);
  const pool = new Pool(origin, { connections: CONNECTIONS });

  function requestOf(n: number, placedAt: Date) {
    const body = Buffer.from(wooOrderBody(n, placedAt));
    const headers = {
      "content-type": "application/json",
      "user-agent": "WooCommerce/10.3.0 Hookshot (WordPress/6.8.3)",
      "x-wc-webhook-source": "https://shop.example.com/",
      "x-wc-webhook-topic": "order.created",
      "x-wc-webhook-resource": "order",
      "x-wc-webhook-event": "created",
      "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
      "x-wc-webhook-id": "1",
      "x-wc-webhook-delivery-id": `delivery-${n}`,
    };
    return { method: "POST", path, headers, body } as const;
  }

  const signed: ReturnType<typeof requestOf>[] = [];
  let orders = 0;

  /** Before any clock starts: what is measured is not this process. */
  async function sign({ count }: { readonly count: number }): Promise<object> {
    const placedAt = new Date();
    for (const end = orders + count; orders < end; orders += 1) signed.push(requestOf(orders, placedAt));
    return {};
  }

  async function post({ count, perSecond }: PostOrders): Promise<Posted> {
    const everyMs = 1_000 / perSecond;
    const first = orders - signed.length;
    const requests = signed.splice(0, count);
    if (requests.length < count) throw new Error("Sign as many orders as are posted.");
    const waitsMs = new Array<number>(count).fill(Number.NaN);
    const refused: { order: number; status: number }[] = [];
    const answered = Promise.withResolvers<void>();
    let left = count;
    const startedAt = performance.now();
    const processorBefore = process.cpuUsage();

    async function deliver(request: ReturnType<typeof requestOf>, i: number): Promise<void> {
      const status = await pool.request(request).then(
        async ({ statusCode, body }) => {
          await body.dump();
          return statusCode;
        },
        () => 0,
      );
      waitsMs[i] = performance.now() - (startedAt + i * everyMs);
      if (status !== 200) refused.push({ order: first + i, status });
      left -= 1;
      if (left === 0) answered.resolve();
    }

    let next = 0;
    const tick = setInterval(() => {
      const due = Math.floor((performance.now() - startedAt) / everyMs);
      for (const request of requests.slice(next, due + 1)) void deliver(request, next++);
      if (next === count) clearInterval(tick);
    }, 1);
    await answered.promise;
    const { user, system } = process.cpuUsage(processorBefore);
    return { waitsMs, refused, processorSeconds: (user + system) / 1e6 };
  }

  return await serveSide({ sign, post }, (_request, response) => response.writeHead(404).end());
});
