import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dolibarr, erpnext, espocrm, odoo, woocommerce } from "@webxkey/webhook-connectors";

/**
 * The platforms on which a merchant says what a state means, written to their documented shapes as far as they are asked here: one
 * list of what changed, one record, and what each posts when an order is saved.
 */
export interface MappedOrder {
  readonly id: string;
  readonly state: string;
  /** To the second, as the platforms keep it. */
  readonly changedAt: Date;
}

interface Post {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Text that the platform signs, and the headers that say so. */
type Sign = (body: string, secret: string) => Readonly<Record<string, string>>;

export interface MappedPlatform {
  readonly connector: typeof woocommerce | typeof erpnext | typeof espocrm | typeof odoo | typeof dolibarr;
  readonly settings: object;
  /** Means nothing, like the other two until they are mapped. */
  readonly start: string;
  readonly packed: string;
  readonly boxed: string;
  /** Where the two have a meaning of their own, it is taken from them. */
  readonly unmapped: Readonly<Record<string, "nothing">>;
  idOf(order: number): string;
  post(order: MappedOrder): Post;
  readonly sign?: Sign;
  /** What it answers when it is asked for a list, for an order by its id, or for a person. */
  answer(orders: readonly MappedOrder[], asked: Asked): unknown;
}

interface Asked {
  readonly path: string;
  readonly body: unknown;
}

const spaced = (at: Date) => at.toISOString().slice(0, 19).replace("T", " ");
const hmac = (body: string, secret: string) => createHmac("sha256", secret).update(body);
const byId = (orders: readonly MappedOrder[], path: string) =>
  orders.find(({ id }) => id === path.split("/").at(-1));

function wooRecord({ id, state, changedAt }: MappedOrder) {
  const at = changedAt.toISOString().slice(0, 19);
  return {
    id: Number(id),
    number: id,
    status: state,
    currency: "USD",
    total: "49.99",
    date_created_gmt: at,
    date_modified_gmt: at,
    billing: {},
    shipping: {},
    meta_data: [],
    refunds: [],
  };
}

function frappeRecord({ id, state, changedAt }: MappedOrder) {
  return {
    doctype: "Sales Order",
    name: id,
    docstatus: 1,
    status: "To Deliver and Bill",
    workflow_state: state,
    creation: spaced(changedAt),
    modified: spaced(changedAt),
    grand_total: 49.99,
    currency: "USD",
  };
}

function espoRecord({ id, state, changedAt }: MappedOrder) {
  const at = spaced(changedAt);
  return {
    id,
    number: id,
    status: state,
    createdAt: at,
    modifiedAt: at,
    amount: 49.99,
    amountCurrency: "USD",
  };
}

function odooRecord({ id, state, changedAt }: MappedOrder) {
  const at = spaced(changedAt);
  return {
    id: Number(id),
    name: `S${id}`,
    state: "sale",
    x_stage: state,
    date_order: at,
    create_date: at,
    write_date: at,
    amount_total: 49.99,
    currency_id: [1, "USD"],
    partner_id: false,
    partner_invoice_id: false,
    partner_shipping_id: false,
  };
}

function dolibarrRecord({ id, state, changedAt }: MappedOrder) {
  const seconds = changedAt.getTime() / 1_000;
  return {
    id,
    ref: `CO${id}`,
    socid: null,
    status: state,
    date: seconds,
    date_creation: seconds,
    date_modification: seconds,
    total_ttc: "49.99",
  };
}

export const MAPPED_PLATFORMS: readonly MappedPlatform[] = [
  {
    connector: woocommerce,
    settings: { consumerKey: "ck_canary", consumerSecret: "cs_canary" },
    start: "processing",
    packed: "packed",
    boxed: "boxed",
    unmapped: {},
    idOf: (order) => String(7_000 + order),
    post: (order) => ({ body: wooRecord(order), headers: { "x-wc-webhook-topic": "order.updated" } }),
    sign: (body, secret) => ({ "x-wc-webhook-signature": hmac(body, secret).digest("base64") }),
    answer: (orders, { path }) => {
      const order = byId(orders, path);
      return path.endsWith("/orders") ? orders.map(wooRecord) : order && wooRecord(order);
    },
  },
  {
    connector: erpnext,
    settings: { apiKey: "canary", apiSecret: "canary", timeZone: "UTC", country: "US" },
    start: "Open",
    packed: "Packed",
    boxed: "Boxed",
    unmapped: {},
    idOf: (order) => `SAL-ORD-2026-${String(order).padStart(5, "0")}`,
    post: (order) => ({ body: { event: "on_change", ...frappeRecord(order) } }),
    sign: (body, secret) => ({ "x-frappe-webhook-signature": hmac(body, secret).digest("base64") }),
    answer: (orders, { path }) => {
      const order = byId(orders, path);
      return {
        data: path.endsWith("Sales%20Order") ? orders.map(frappeRecord) : order && frappeRecord(order),
      };
    },
  },
  {
    connector: espocrm,
    settings: { apiKey: "canary", country: "US" },
    start: "Draft",
    packed: "Packed",
    boxed: "Boxed",
    unmapped: {},
    idOf: (order) => `64f0c0ffee000${String(order).padStart(4, "0")}`,
    // Only what has changed: neither the whole record nor its time.
    post: ({ id, state }) => ({ body: [{ id, status: state }] }),
    sign: (body, secret) => ({
      signature: Buffer.from(`64f0c0ffee555:${hmac(body, secret).digest("hex")}`).toString("base64"),
    }),
    answer: (orders, { path }) => {
      const order = byId(orders, path);
      return path.endsWith("/SalesOrder") ? { list: orders.map(espoRecord) } : order && espoRecord(order);
    },
  },
  {
    connector: odoo,
    settings: { database: "tea", userId: 2, apiKey: "canary", stageField: "x_stage" },
    start: "open",
    packed: "packed",
    boxed: "boxed",
    unmapped: {},
    idOf: (order) => String(7_000 + order),
    post: ({ id, state }) => ({
      body: { _model: "sale.order", _id: Number(id), state: "sale", x_stage: state },
    }),
    answer: (orders, { body }) => {
      const { args } = (body as { params: { args: unknown[] } }).params;
      const [[[field, , value]]] = args[5] as [[[string, string, unknown]]];
      const found = field === "id" ? orders.filter(({ id }) => Number(id) === value) : orders;
      return { jsonrpc: "2.0", id: 1, result: found.map(odooRecord) };
    },
  },
  {
    connector: dolibarr,
    settings: { apiKey: "canary", currency: "USD", timeZone: "UTC" },
    start: "1",
    packed: "2",
    boxed: "3",
    unmapped: { "2": "nothing", "3": "nothing" },
    idOf: (order) => String(7_000 + order),
    post: ({ id, state }) => ({ body: { triggercode: "ORDER_MODIFY", object: { id, status: state } } }),
    answer: (orders, { path }) => {
      const order = byId(orders, path);
      return path.endsWith("/orders") ? orders.map(dolibarrRecord) : order && dolibarrRecord(order);
    },
  },
];

export interface MappedShop extends AsyncDisposable {
  readonly url: string;
  readonly orders: Map<string, MappedOrder>;
  /** What happens while the shop is asked its next question, before it looks what it has. */
  readonly meanwhile: (() => Promise<void>)[];
}

export async function startMappedShop(platform: MappedPlatform): Promise<MappedShop> {
  const listening = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    await shop.meanwhile.shift()?.();
    const { pathname: path } = new URL(request.url ?? "/", "http://shop");
    const answer = platform.answer([...shop.orders.values()], {
      path,
      body: text === "" ? undefined : JSON.parse(text),
    });
    response
      .writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? {}));
  });
  const shop: MappedShop = {
    url: "",
    orders: new Map(),
    meanwhile: [],
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return Object.assign(shop, { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/` });
}
