import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Delivery,
  defineConnector,
  type EventOf,
  type Fact,
  type PlatformClient,
  type PlatformEntities,
  type PlatformEntity,
  type PlatformEvent,
  type PrivacyWish,
  sampleEvent,
  secret,
  type Told,
  type WebhookConnector,
  WebxkeyError,
} from "@webxkey/core";
import { z } from "zod";
import type { Engine } from "./engine.ts";

/** A platform that nobody runs: it sells tea, posts what happens, and can be asked. */
export interface TeaOrder {
  readonly id: string;
  readonly state: "placed" | "cancelled";
  readonly phone: string;
  /** Where the parcel goes to somebody else, whose number is then `phone`. */
  readonly buyerPhone?: string;
  readonly placed_at: string;
  readonly changed_at: string;
  readonly boxes?: Readonly<Record<string, unknown>>;
}

/** What the platform posts. `names`: only ids, not the orders. */
export interface TeaPost {
  readonly topic: string;
  readonly delivery?: string;
  readonly orders?: readonly TeaOrder[];
  readonly names?: readonly Pick<TeaOrder, "id" | "state">[];
  readonly wish?: PrivacyWish;
}

const settings = z.strictObject({
  url: z.url(),
  token: z
    .string()
    .transform((token) => secret(token))
    .optional(),
});
type Settings = z.output<typeof settings>;

const SIGNATURE = "x-tea-signature";
/** When it was signed, in milliseconds since 1970; what has it is good for a minute. */
const SIGNED_AT = "x-tea-signed-at";

export function teaShop({
  id = "tea",
  signed = true,
  api = true,
  polled = true,
} = {}): WebhookConnector<Settings> {
  return {
    id,
    name: "Tea",
    settings,
    proof: signed
      ? {
          kind: "signature",
          isSigned: (headers) => /^[0-9a-f]{64}$/.test(headers.get(SIGNATURE) ?? ""),
          verify: ({ headers, body, url }, secrets, now) => {
            const signedAt = headers.get(SIGNED_AT);
            if (signedAt !== null && now.getTime() - Number(signedAt) > 60_000) return false;
            const given = Buffer.from(headers.get(SIGNATURE) ?? "", "hex");
            return secrets.some((one) => {
              const expected = hmac(one.reveal(), url, body);
              return given.length === expected.length && timingSafeEqual(given, expected);
            });
          },
          greets: ({ body }) => Buffer.from(body).toString() === "hello",
        }
      : { kind: "read_again" },
    told,
    connector: (shop) =>
      defineConnector<PlatformEntities>({
        id,
        source: shop.source,
        events: {
          "order.changed": {
            facts,
            read: (fact, host) => read(fact, host, shop.source),
            buyerPhones: async (fact, host) => {
              const order = (await host.find("order", fact.entityId)) as TeaOrder | undefined;
              return order ? [order.buyerPhone ?? order.phone] : [];
            },
          },
        },
      }),
    fieldOf: ({ value }, field) => (value as TeaOrder).boxes?.[field],
    isForMarketingAlone: (field) => field === "offers",
    ...(api && {
      api: {
        baseUrl: ({ url }) => url,
        async find(client, _settings, kind, entityId) {
          const { status, body } = await client.request({
            method: "GET",
            path: `${kind}s/${encodeURIComponent(entityId)}`,
          });
          if (status === 404) return undefined;
          if (status === 401) throw new WebxkeyError("platform_refused", { detail: "Tea answered 401." });
          if (status !== 200) throw new Error(`tea answered ${status}`);
          return body;
        },
        ...(polled && {
          changed,
          actsOf: ({ value }: PlatformEntity) => [{ hostEvent: "order.changed", payload: value }],
        }),
      },
    }),
  };
}

function told({ body }: Delivery): Told {
  let post: TeaPost;
  try {
    post = JSON.parse(Buffer.from(body).toString()) as TeaPost;
  } catch {
    return { kind: "malformed" };
  }
  const { topic, delivery, orders = [], names = [], wish } = post;
  const more = delivery === undefined ? {} : { deliveryId: delivery };
  if (topic === "privacy" && wish) return { kind: "privacy", wish, ...more };
  if (topic === "hello") return { kind: "greeting" };
  if (topic !== "order.changed") return { kind: "unknown_topic", topic };
  const acts = [...orders, ...names].map((payload) => ({ hostEvent: topic, payload }));
  return { kind: "acts", acts, entities: orders.map(entityOf), ...more };
}

async function changed(client: PlatformClient, _settings: Settings, since: Date, page: number) {
  const path = `orders?since=${encodeURIComponent(since.toISOString())}&page=${page}`;
  const { body } = await client.request({ method: "GET", path });
  const { orders, more } = body as { orders: TeaOrder[]; more: boolean };
  const entities = orders.map((order) => ({ ...entityOf(order), changedAt: new Date(order.changed_at) }));
  return { entities, more };
}

function entityOf(order: TeaOrder): PlatformEntity {
  return { kind: "order", id: order.id, value: order };
}

function facts(payload: unknown): Fact[] {
  const { id, state } = payload as Partial<TeaOrder>;
  if (typeof id !== "string" || typeof state !== "string") return [];
  return [{ key: `${state}:${id}`, type: "order.changed", entityId: id, state }];
}

async function read(fact: Fact, host: PlatformEntities, source: string): Promise<PlatformEvent | null> {
  const order = (await host.find("order", fact.entityId)) as TeaOrder | undefined;
  if (!order) return null;
  const { data, ...sample } = sampleEvent(fact.state === "cancelled" ? "order.cancelled" : "order.placed");
  return {
    ...sample,
    id: fact.key,
    source,
    time: order.changed_at,
    data: {
      ...data,
      recipient: { phone: order.phone, name: "Canaryfirst", locale: "en" },
      order: { ...data.order, ref: order.id, placed_at: order.placed_at },
    },
  } as EventOf<"order.placed">;
}

function hmac(key: string, url: string, body: Uint8Array): Buffer {
  return createHmac("sha256", key).update(url).update(body).digest();
}

let orders = 0;

/** Another order each time, placed now unless told otherwise. */
export function teaOrder(phone: string, more: Partial<TeaOrder> = {}): TeaOrder {
  orders += 1;
  const at = more.placed_at ?? new Date().toISOString();
  return {
    id: `tea_${process.pid}_${orders}`,
    state: "placed",
    phone,
    placed_at: at,
    changed_at: at,
    ...more,
  };
}

/** The platform's own server, on this machine. */
export interface TeaServer extends AsyncDisposable {
  readonly url: string;
  readonly orders: Map<string, TeaOrder>;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** How it answers instead: with a status, or by hanging up. */
  broken: number | "hangs_up" | undefined;
  /** Orders on one page of what has changed. */
  pageSize: number;
}

export async function startTeaServer(): Promise<TeaServer> {
  const listening = createServer((request, response) => answer(server, request, response));
  const server: TeaServer = {
    url: "",
    orders: new Map(),
    asked: [],
    broken: undefined,
    pageSize: 100,
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return Object.assign(server, { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/api/` });
}

function answer(server: TeaServer, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://tea");
  server.asked.push(request.url ?? "");
  if (server.broken === "hangs_up") return void request.socket.destroy();
  const { status, body } = server.broken
    ? { status: server.broken, body: {} }
    : found(server, pathname, searchParams);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function found(
  server: TeaServer,
  pathname: string,
  query: URLSearchParams,
): { status: number; body: unknown } {
  if (pathname !== "/api/orders") {
    const order = server.orders.get(decodeURIComponent(pathname.replace("/api/orders/", "")));
    return order ? { status: 200, body: order } : { status: 404, body: {} };
  }
  const from = (Number(query.get("page")) - 1) * server.pageSize;
  const all = [...server.orders.values()]
    .filter((order) => order.changed_at >= (query.get("since") ?? ""))
    .sort((one, other) => (one.changed_at < other.changed_at ? -1 : 1));
  const orders = all.slice(from, from + server.pageSize);
  return { status: 200, body: { orders, more: all.length > from + server.pageSize } };
}

export interface TeaConnection {
  readonly connection_id: string;
  readonly source: string;
  readonly webhook_url: string;
  readonly webhook_secret: string;
}

/** Connects a shop as its owner does. */
export async function connectTea(engine: Engine, wish: object = {}): Promise<TeaConnection> {
  const { status, body } = await engine.call<TeaConnection>("POST", "/v1/connections", {
    connector: "tea",
    name: "Lanka Teas",
    settings: { url: "http://127.0.0.1:9/api/" },
    ...wish,
  });
  if (status !== 201) throw new Error(`connecting answered ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Posts as the platform does, over HTTP, and answers the status. */
export async function postTea(
  { webhook_url: url, webhook_secret: key }: Pick<TeaConnection, "webhook_url" | "webhook_secret">,
  post: TeaPost | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const body = Buffer.from(typeof post === "string" ? post : JSON.stringify(post));
  const signed = { [SIGNATURE]: hmac(key ?? "", url, body).toString("hex"), ...headers };
  const response = await fetch(url, { method: "POST", headers: signed, body });
  await response.arrayBuffer();
  return response.status;
}
