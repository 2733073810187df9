import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {} from "@webxkey/test-postgres/vitest";
import { type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import getPort from "get-port";
import { expect, inject } from "vitest";
import { type Api, createApi, registerOwner } from "../store/api.ts";
import { anOrder, factsOf, messagesOf, ORDERS, type StoredFact, setUp, WITHIN } from "../store/shop.ts";
import { type HostDatabase, openPostgresHost, openSqliteHost, type PostgresHost } from "./host-database.ts";
import { type StrapiProcess, startStrapi } from "./start-strapi.ts";

export interface Order {
  readonly documentId: string;
  readonly phone: string;
}

export interface Placed extends Order {
  /** From the request to the answer. */
  readonly tookMs: number;
}

/** A shop that is open for business: a real Strapi process, its database, and the simulated Meta. */
export interface Shop<Host extends HostDatabase = HostDatabase> extends AsyncDisposable {
  readonly host: Host;
  readonly simulator: GraphSimulator;
  readonly url: string;
  /** The owner, signed in to Strapi. */
  readonly owner: Api;
  readonly strapi: StrapiProcess;
  /** Starts the application again on the same address and database, with more in its environment. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Another process of the same application. */
  startSecond(): Promise<StrapiProcess>;
  facts(documentId: string): Promise<StoredFact[]>;
}

interface ShopOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** On the database of the project that runs. */
export function openShop(options: ShopOptions = {}): Promise<Shop> {
  return open(options, async (directory) =>
    process.env["TEST_CLIENT"] === "postgres"
      ? await openPostgresHost(inject("postgresUrl"))
      : openSqliteHost(directory),
  );
}

export function openPostgresShop(options: ShopOptions = {}): Promise<Shop<PostgresHost>> {
  return open(options, () => openPostgresHost(inject("postgresUrl")));
}

async function open<Host extends HostDatabase>(
  { env = {} }: ShopOptions,
  openHost: (directory: string) => Promise<Host>,
): Promise<Shop<Host>> {
  await using opening = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "webxkey-strapi-"));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  const publicDir = join(directory, "public");
  await mkdir(join(publicDir, "uploads"), { recursive: true });
  const simulator = opening.use(
    await startGraphSimulator({
      statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 },
      // An application that starts again is not waited for as long as Meta would.
      webhooks: { retryFirstMs: 500, retryWaitMsMax: 2_000 },
    }),
  );
  const host = opening.use(await openHost(directory));
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...host.env,
    TEST_PUBLIC_URL: url,
    TEST_PUBLIC_DIR: publicDir,
    TEST_DATA_DIR: join(directory, "engine"),
    TEST_GRAPH_URL: simulator.url,
    ...env,
  };
  let strapi = await startStrapi(port, environment);
  opening.defer(() => strapi[Symbol.asyncDispose]());
  const owner = await registerOwner({ url });
  await setUp(owner, { order: ORDERS, account: null });
  const opened = opening.move();
  return {
    host,
    simulator,
    url,
    owner,
    get strapi() {
      return strapi;
    },
    async start(more = {}) {
      strapi = await startStrapi(port, { ...environment, ...more });
    },
    startSecond: async () => await startStrapi(await getPort({ host: "127.0.0.1" }), environment),
    facts: (documentId) => factsOf(host, documentId),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** An order through the application's HTTP: its REST unless told. */
export async function place(at: { readonly url: string }, path = "/api/orders"): Promise<Placed> {
  const data = anOrder();
  const since = performance.now();
  const { status, body } = await createApi(at)<{ data: { documentId: string } }>("POST", path, { data });
  const tookMs = performance.now() - since;
  expect([200, 201], JSON.stringify(body)).toContain(status);
  return { documentId: body.data.documentId, phone: data.phone, tookMs };
}

/** That many orders, one after the other. */
export async function placeMany(at: { readonly url: string }, count: number): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (let n = 0; n < count; n++) placed.push(await place(at));
  return placed;
}

/** Looks for what no hook has told. */
export async function sweep(at: { readonly url: string }): Promise<void> {
  expect((await createApi(at)("POST", "/api/own/sweeps")).status).toBe(200);
}

/** Of each order one confirmation was sent, and each phone got one. */
export async function expectEachToldOnce(
  { simulator, host, owner }: Shop,
  orders: readonly Order[],
): Promise<void> {
  for (const { documentId } of orders) {
    await expect.poll(() => messagesOf(owner, documentId), WITHIN).toEqual(["order-confirmation read"]);
  }
  await expect
    .poll(() => host.rows("select key from webxkey_intake_facts where done_at is null"), WITHIN)
    .toEqual([]);
  for (const { documentId, phone } of orders) {
    expect(await simulator.accepted({ phone })).toHaveLength(1);
    expect(await messagesOf(owner, documentId)).toEqual(["order-confirmation read"]);
  }
}

/** Waits until Meta has asked for patience with the order's message: queued again, with seconds until its next try. */
export async function untilRefused({ owner }: Shop, documentId: string): Promise<void> {
  const timeline = `/webxkey/v1/entities/order/${documentId}/timeline`;
  await expect
    .poll(async () => (await owner("GET", timeline)).body, WITHIN)
    .toMatchObject({ messages: [{ state: "queued", reason: { code: "waiting_to_retry" } }] });
}

export function medianMs(placed: readonly Placed[]): number {
  const sorted = placed.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
