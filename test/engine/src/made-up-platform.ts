import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ChangedPage,
  type ChangedQuery,
  type Delivery,
  defineConnector,
  type EventOf,
  type Fact,
  type PlatformAnswer,
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
  readonly state: "placed" | "shipped" | "cancelled";
  /** The acts that the order proves, in the order in which they happened; its state alone unless it is said. */
  readonly acts?: readonly TeaOrder["state"][];
  /** What a plugin keeps with it. */
  readonly meta?: unknown;
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
          const answer = await client.request({
            method: "GET",
            path: `${kind}s/${encodeURIComponent(entityId)}`,
          });
          const isGone = answer.status === 404 && answer.body !== undefined;
          return isGone ? undefined : bodyOf(answer);
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

async function changed(
  client: PlatformClient,
  _settings: Settings,
  { since, before, skip, limit, only }: ChangedQuery,
): Promise<ChangedPage> {
  const query = new URLSearchParams({
    since: since.toISOString(),
    ...(before && { before: before.toISOString() }),
    skip: String(skip),
    limit: String(limit),
    ...(only && { only }),
  });
  const asked = { method: "GET", path: `orders?${query}`, afterNotice: only === "ids" } as const;
  const body = bodyOf(await client.request(asked));
  const { orders, more } = body as { orders: TeaOrder[]; more: boolean };
  const entities = orders.map((order) => ({ ...entityOf(order), changedAt: new Date(order.changed_at) }));
  return { entities, more };
}

/** What the platform answered, or why it did not. */
function bodyOf({ status, body, headers }: PlatformAnswer): unknown {
  const detail = `Tea answered ${status}.`;
  if (status === 401) throw new WebxkeyError("platform_unauthorized", { detail });
  if (status === 404) throw new WebxkeyError("platform_not_found", { detail });
  if (status === 503) throw new WebxkeyError("platform_unavailable", { detail });
  if (status !== 200) throw new Error(detail);
  if (body === undefined)
    throw new WebxkeyError("answer_unreadable", { detail: `Tea gave ${headers.get("content-type")}.` });
  return body;
}

function entityOf(order: TeaOrder): PlatformEntity {
  return { kind: "order", id: order.id, value: order };
}

function facts(payload: unknown): Fact[] {
  const { id, state, acts = [state] } = payload as Partial<TeaOrder>;
  if (typeof id !== "string") return [];
  return acts.flatMap((act) =>
    typeof act === "string" ? [{ key: `${act}:${id}`, type: "order.changed", entityId: id, state: act }] : [],
  );
}

const TYPES = { placed: "order.placed", shipped: "order.shipped", cancelled: "order.cancelled" } as const;

async function read(fact: Fact, host: PlatformEntities, source: string): Promise<PlatformEvent | null> {
  const order = (await host.find("order", fact.entityId)) as TeaOrder | undefined;
  const acts = order?.acts ?? [order?.state];
  const state = acts.find((act) => act === fact.state);
  if (!order || !state) return null;
  const { data, ...sample } = sampleEvent(TYPES[state]);
  return {
    ...sample,
    id: fact.key,
    source,
    time: order.changed_at,
    ...(state !== "cancelled" && acts.includes("cancelled") && { overtaken: true }),
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

/** The platform's own server, on this machine. Like the real ones, it keeps no order among orders that changed in one second. */
export interface TeaServer extends AsyncDisposable {
  readonly url: string;
  readonly orders: Map<string, TeaOrder>;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** How it answers instead: with a status, with text, or by hanging up. */
  broken: number | "hangs_up" | TeaFault | undefined;
  /** Called before each list, as a shop goes on while it is read. */
  meanwhile: (() => void) | undefined;
}

/** Answers something else where it concerns these orders. */
export interface TeaFault {
  /** Absent: everything. */
  readonly orders?: ReadonlySet<string>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Stands before the JSON. */
  readonly notice?: string;
}

export async function startTeaServer(): Promise<TeaServer> {
  const listening = createServer((request, response) => answer(server, request, response));
  const server: TeaServer = {
    url: "",
    orders: new Map(),
    asked: [],
    broken: undefined,
    meanwhile: undefined,
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
  const { broken } = server;
  if (broken === "hangs_up") return void request.socket.destroy();
  const isPlain = typeof broken === "number";
  const { status, body, ids, isIds } = isPlain
    ? { status: broken, body: {}, ids: [], isIds: false }
    : found(server, pathname, searchParams);
  // A list of ids alone says nothing that could spoil it, but a plugin that prints a notice prints it there too.
  const isSpoiled = ids.some((id) => !isPlain && broken?.orders?.has(id) && (!isIds || broken.notice));
  const isHit = !isPlain && broken && (!broken.orders || isSpoiled);
  const fault = isHit ? broken : {};
  const type = { "content-type": "application/json", ...fault.headers };
  response.writeHead(fault.status ?? status, type).end(`${fault.notice ?? ""}${JSON.stringify(body)}`);
}

function found(
  server: TeaServer,
  pathname: string,
  query: URLSearchParams,
): { status: number; body: unknown; ids: readonly string[]; isIds?: boolean } {
  if (pathname !== "/api/orders") {
    const id = decodeURIComponent(pathname.replace("/api/orders/", ""));
    const order = server.orders.get(id);
    return order ? { status: 200, body: order, ids: [id] } : { status: 404, body: {}, ids: [] };
  }
  server.meanwhile?.();
  const since = secondOf(query.get("since") ?? "");
  const before = query.get("before");
  const [skip, limit] = [Number(query.get("skip")), Number(query.get("limit"))];
  const turn = server.asked.length;
  const all = [...server.orders.values()]
    .filter(({ changed_at }) => changed_at >= since && (before === null || changed_at < before))
    .sort(before === null ? byChange(turn) : byId);
  const orders = all.slice(skip, skip + limit);
  const isIds = query.get("only") === "ids";
  const listed = isIds ? orders.map(({ id, changed_at }) => ({ id, changed_at })) : orders;
  return {
    status: 200,
    body: { orders: listed, more: all.length > skip + limit },
    ids: orders.map(({ id }) => id),
    isIds,
  };
}

const secondOf = (time: string) => time.slice(0, 19);
const byId = (one: TeaOrder, other: TeaOrder) => (one.id < other.id ? -1 : 1);

/** Orders of one second come in another order each time. */
function byChange(turn: number) {
  const place = ({ id }: TeaOrder) => createHash("sha1").update(`${turn} ${id}`).digest("hex");
  return (one: TeaOrder, other: TeaOrder) => {
    const [first, second] = [secondOf(one.changed_at), secondOf(other.changed_at)];
    if (first !== second) return first < second ? -1 : 1;
    return place(one) < place(other) ? -1 : 1;
  };
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
