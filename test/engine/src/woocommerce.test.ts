import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { woocommerce } from "@webxkey/webhook-connectors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORES, WORDING } from "./engine.ts";
import { connectTea, type TeaConnection } from "./made-up-platform.ts";
import { acceptedFor, askForChore, openShop, type Shop, stranger, until } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

/** A WooCommerce as far as it is asked here, written to the documented shape: one page of what changed, and its webhooks. */
interface WooShop extends AsyncDisposable {
  readonly url: string;
  readonly orders: Map<number, object>;
  readonly asked: string[];
}

async function startWoo(): Promise<WooShop> {
  const listening = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://woo");
    woo.asked.push(pathname);
    const after = searchParams.get("modified_after") ?? "";
    const changed = [...woo.orders.values()].filter((order) => modifiedOf(order) > after);
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(pathname.endsWith("/orders") ? changed : woo.orders.get(idIn(pathname))));
  });
  const woo: WooShop = {
    url: "",
    orders: new Map(),
    asked: [],
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return Object.assign(woo, { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/` });
}

const modifiedOf = (order: object) => (order as { date_modified_gmt: string }).date_modified_gmt;
const idIn = (path: string) => Number(path.split("/").at(-1));

let orders = 0;

/** An order that is paid on delivery, as it was placed now. WooCommerce keeps whole seconds, and no earlier one than the connection's. */
function wooOrder(phone: string) {
  orders += 1;
  const now = new Date(Date.now() + 1_000).toISOString().slice(0, 19);
  const address = { first_name: "Canaryfirst", last_name: "Canarylast", country: "US" };
  return {
    id: 7_000 + orders,
    number: `${7_000 + orders}`,
    status: "processing",
    currency: "USD",
    total: "49.99",
    date_created_gmt: now,
    date_modified_gmt: now,
    date_paid_gmt: null,
    date_completed_gmt: null,
    customer_id: 0,
    billing: { ...address, phone },
    shipping: { ...address, phone: "" },
    meta_data: [{ id: 1, key: "whatsapp_optin", value: "yes" }],
    line_items: [{ id: 1, name: "Tea", quantity: 1 }],
    refunds: [],
  };
}

describe.each(STORES)("a shop on WooCommerce, on %s", (name) => {
  let shop: Shop;
  let woo: WooShop;
  let connection: TeaConnection;
  beforeAll(async () => {
    woo = await startWoo();
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [woocommerce],
    });
    connection = await connectTea(shop.engine, {
      connector: "woocommerce",
      settings: { baseUrl: woo.url, consumerKey: "ck_canary", consumerSecret: "cs_canary" },
      consent_mapping: [
        {
          field: "meta_data.whatsapp_optin",
          wording_id: WORDING.id,
          wording_version: WORDING.version,
          wording_language: WORDING.language,
        },
      ],
    });
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await woo[Symbol.asyncDispose]();
  });

  async function post(order: object, topic: string): Promise<void> {
    const body = JSON.stringify(order);
    const signature = createHmac("sha256", connection.webhook_secret).update(body).digest("base64");
    const headers = {
      "content-type": "application/json",
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-delivery-id": "d1",
      "x-wc-webhook-signature": signature,
    };
    const response = await fetch(connection.webhook_url, { method: "POST", headers, body });
    expect(response.status).toBe(200);
  }
  const poll = async () => {
    const asked = woo.asked.length;
    await askForChore(shop, "poll-connections");
    await until("nobody polled", async () => woo.asked.length > asked);
  };
  const sentTo = async (phone: string) => {
    await until("nothing was sent", async () => (await acceptedFor(shop, phone)).length > 0);
    return (await acceptedFor(shop, phone)).length;
  };
  const originsOf = ({ id }: { readonly id: number }) =>
    shop.store.query<{ origin: string }>(
      "select origin from webxkey.events where entity_type = 'order' and entity_ref = $1",
      [String(id)],
    );

  test("the same order by webhook, by another topic and by poll gives one message, whichever comes first", async () => {
    const [pushedFirst, polledFirst] = [stranger(), stranger()];
    const [pushed, polled] = [wooOrder(pushedFirst), wooOrder(polledFirst)];
    await post(pushed, "order.created");
    woo.orders.set(pushed.id, pushed).set(polled.id, polled);
    await poll();
    expect(await sentTo(polledFirst)).toBe(1);
    for (const order of [pushed, polled])
      for (const topic of ["order.created", "order.updated"]) await post(order, topic);
    await poll();
    expect([await sentTo(pushedFirst), await sentTo(polledFirst)]).toEqual([1, 1]);
    expect([await originsOf(pushed), await originsOf(polled)]).toEqual([
      [{ origin: "push" }],
      [{ origin: "sweep" }],
    ]);
  });

  test("a body that cannot be read is a problem that names the API version and the rights of the webhook's user (D 9.15)", async () => {
    await post({ code: "woocommerce_rest_cannot_view", data: { status: 401 } }, "order.updated");
    const { body } = await shop.engine.call<{ problems: { code: string; sentence: string }[] }>(
      "GET",
      `/v1/connections/${connection.connection_id}`,
    );
    const malformed = body.problems.find(({ code }) => code === "malformed");
    expect(malformed?.sentence).toMatch(
      /API version to WP REST API Integration v3.*a user who may read orders/,
    );
  });

  test("orders that WooCommerce posts while its secret is changed are all told, each once", async () => {
    const phones = Array.from({ length: 12 }, () => stranger());
    const placed = phones.map(wooOrder);
    const posting = placed.slice(0, 6).map((order) => post(order, "order.created"));
    const renewed = await shop.engine.call<TeaConnection>(
      "POST",
      `/v1/connections/${connection.connection_id}/rotate-secret`,
      {},
    );
    // What was signed before the merchant entered the new secret, and what is signed after.
    posting.push(...placed.slice(6, 9).map((order) => post(order, "order.created")));
    connection = { ...connection, webhook_secret: renewed.body.webhook_secret };
    posting.push(...placed.slice(9).map((order) => post(order, "order.created")));
    await Promise.all(posting);
    for (const phone of phones) expect(await sentTo(phone)).toBe(1);
  });
});
