import { cpSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleEvent } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { inject } from "vitest";
import type {} from "./prepare-stores.ts";
import { type Environment, type Ran, type Running, runCli, startProcess, until } from "./run-process.ts";

/** An installation of its own: a database (or a directory), a root key and an owner key, with the real CLI to drive it. */
export interface Installation extends AsyncDisposable {
  readonly env: Environment;
  readonly simulator: GraphSimulator;
  readonly ownerKey: string;
  cli(line: readonly string[], options?: { env?: Environment; input?: string }): Promise<Ran>;
  serve(line?: readonly string[]): Promise<Running>;
  worker(): Promise<Running>;
}

interface Wish {
  readonly embedded?: boolean;
  /** Settings beside those of every installation. */
  readonly env?: Environment;
}

export async function install({ embedded = false, env: more = {} }: Wish = {}): Promise<Installation> {
  await using opened = new AsyncDisposableStack();
  const { name, ownerKey } = inject(embedded ? "preparedDirectory" : "preparedDatabase");
  const directory = mkdtempSync(join(tmpdir(), "webxkey-gateway-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const dataDir = join(directory, "data");
  if (embedded) cpSync(name, dataDir, { recursive: true });
  const simulator = opened.use(await fastSimulator());
  const env: Environment = {
    WEBXKEY_DATA_DIR: dataDir,
    WEBXKEY_ROOT_KEY: inject("rootKey"),
    WEBXKEY_GRAPH_URL: simulator.url,
    PORT: "0",
    ...(!embedded && { DATABASE_URL: await createDatabase(inject("postgresUrl"), undefined, name) }),
    ...more,
  };
  const kept = opened.move();
  return {
    env,
    simulator,
    ownerKey,
    cli: (line, options = {}) =>
      runCli(line, { ...options, env: { ...env, WEBXKEY_API_KEY: ownerKey, ...options.env } }),
    serve: (line = []) => startProcess(["serve", ...line], env, /answers at (\S+)/),
    worker: () => startProcess(["worker"], env, /worker runs/),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** An installation at work: its gateway is ready, and the shop's key can publish an order that is told. */
export interface OpenShop extends Installation {
  readonly gateway: Running;
  readonly key: string;
}

export async function openShop({
  serve = [],
  ...wish
}: Wish & { serve?: readonly string[] } = {}): Promise<OpenShop> {
  await using opened = new AsyncDisposableStack();
  const installation = opened.use(await install(wish));
  const gateway = opened.use(await installation.serve(serve));
  await untilReady(gateway);
  const key = await setUp(installation, gateway);
  const kept = opened.move();
  return { ...installation, gateway, key, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

export async function untilReady({ url }: Pick<Running, "url">): Promise<void> {
  await until("the gateway is not ready", async () => (await fetch(`${url}/readyz`)).ok);
}

async function fastSimulator(): Promise<GraphSimulator> {
  return await startGraphSimulator({
    statusTimes: { sentMs: 5, deliveredMs: 10, readMs: 20 },
    webhooks: { retryFirstMs: 50, batchWaitMs: 2 },
    limitPairs: false,
  });
}

const PHONE = demoAccount.person.phone;

/** What the guide does by hand: number, rule, a key for the shop, a consent. Returns that key. */
export async function setUp({ ownerKey }: Installation, gateway: Pick<Running, "url">): Promise<string> {
  const { app, waba, number, token } = demoAccount;
  const must = async (method: string, path: string, body: unknown, key = ownerKey) => {
    const answer = await call(gateway, method, path, { key, body });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  await must("POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  await must("PUT", "/v1/rules/order-confirmation", { active: true });
  const scopes = ["event:publish", "consent:grant"];
  const { key } = await must("POST", "/v1/keys", { kind: "service", name: "shop", scopes });
  const wording = { id: "checkout", version: "1", language: "en" };
  const words = { ...wording, purpose: "order-updates", text: "Send me updates about this order." };
  await must("POST", "/v1/wordings", words);
  await must("POST", "/v1/consents", {
    identity: { kind: "phone", value: PHONE },
    channel: "whatsapp",
    wording,
    method: "form",
    evidence: "a test",
    reason: "the test's own customer",
    occurred_at: new Date().toISOString(),
  });
  return String(key);
}

/** Publishes a new order and returns the id of its one message. */
export async function publishOrder(gateway: Pick<Running, "url">, key: string): Promise<string> {
  return await publish(gateway, key, orderPlaced());
}

/** Publishes an event of one message, or tells it again, and returns that message's id. */
export async function publish(gateway: Pick<Running, "url">, key: string, event: unknown): Promise<string> {
  const { status, body } = await call(gateway, "POST", "/v1/events", { key, body: event });
  const intents = (body["intents"] ?? []) as { message_id: string }[];
  if (status !== 202 || !intents[0])
    throw new Error(`The event was answered ${status}: ${JSON.stringify(body)}`);
  return intents[0].message_id;
}

/** Where a message stands, as the owner sees it. */
export async function stateOf(
  shop: Pick<Installation, "ownerKey">,
  gateway: Pick<Running, "url">,
  messageId: string,
): Promise<string> {
  const { body } = await call(gateway, "GET", `/v1/messages/${messageId}/timeline`, { key: shop.ownerKey });
  return (body["message"] as { state: string }).state;
}

export async function untilRead(
  shop: Pick<Installation, "ownerKey">,
  gateway: Pick<Running, "url">,
  messageId: string,
): Promise<void> {
  await until(
    `the message ${messageId} is not read`,
    async () => (await stateOf(shop, gateway, messageId)) === "read",
  );
}

let orders = 0;

/** An order that was placed now; each call is another one. */
export function orderPlaced(phone: string = PHONE): Record<string, unknown> {
  orders += 1;
  const { data, ...event } = sampleEvent("order.placed");
  const ref = `order_${process.pid}_${orders}`;
  return {
    ...event,
    id: `order.placed:${ref}`,
    time: new Date().toISOString(),
    data: { ...data, recipient: { ...data.recipient, phone }, order: { ...data.order, ref } },
  };
}

/** Any call of the API. */
export async function call(
  { url }: Pick<Running, "url">,
  method: string,
  path: string,
  { key, body }: { key?: string; body?: unknown } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    body: (answer === "" ? {} : JSON.parse(answer)) as Record<string, unknown>,
  };
}
