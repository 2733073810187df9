import {
  demoAccount,
  encodeWebhook,
  type GraphSimulator,
  type StatusTimes,
  signWebhook,
  startGraphSimulator,
} from "@webxkey/testing";
import type { Engine } from "./engine.ts";
import type { Store } from "./stores.ts";

const HOUR_MS = 3_600_000;
const NEVER = { sentMs: HOUR_MS, deliveredMs: HOUR_MS, readMs: HOUR_MS };

/** A simulator that sends no statuses by itself but those asked for, for tests that send their own. */
export function quietSimulator(statusTimes: Partial<StatusTimes> = {}): Promise<GraphSimulator> {
  return startGraphSimulator({ statusTimes: { ...NEVER, ...statusTimes }, limitPairs: false });
}

/** Posts exactly these bytes to the engine's webhook over HTTP, and answers the status. */
export async function postWebhook(
  engine: Engine,
  bytes: Uint8Array,
  signature: string | undefined,
): Promise<number> {
  const response = await fetch(engine.webhookUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(signature !== undefined && { "x-hub-signature-256": signature }),
    },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  await response.arrayBuffer();
  return response.status;
}

/** Signs a body as the demo account's app would, or with another app's secret, and posts it. */
export function deliver(
  engine: Engine,
  body: object,
  secret: string = demoAccount.app.secret,
): Promise<number> {
  const bytes = encodeWebhook(body);
  return postWebhook(engine, bytes, signWebhook(secret, bytes));
}

/** Hands these bytes to the engine without a network between, and answers the status: for thousands of them. */
export async function handWebhook(
  { messaging }: Pick<Engine, "messaging">,
  bytes: Uint8Array,
  signature: string | undefined = signWebhook(demoAccount.app.secret, Buffer.from(bytes)),
  path = "/v1/meta/webhook",
): Promise<number> {
  const response = await messaging.handler(
    new Request(`http://engine${path}`, {
      method: "POST",
      headers: signature === undefined ? {} : { "x-hub-signature-256": signature },
      body: bytes as Uint8Array<ArrayBuffer>,
    }),
  );
  return response.status;
}

/** The path at which Meta posts the webhooks of a connected app. */
export async function appPath(
  { url }: Pick<GraphSimulator, "url">,
  { waba, token }: Readonly<{ waba: { id: string }; token: { value: string } }>,
): Promise<string> {
  const response = await fetch(`${url}/v25.0/${waba.id}/subscribed_apps`, {
    headers: { authorization: `Bearer ${token.value}` },
  });
  const { data } = (await response.json()) as { data: { override_callback_uri: string }[] };
  return new URL(String(data[0]?.override_callback_uri)).pathname;
}

/** Rows of a table, with a condition where needed: `webxkey.inbox where failures > 0`. */
export async function countOf(store: Pick<Store, "query">, from: string): Promise<number> {
  const [row] = await store.query<{ count: number }>(`select count(*)::int as count from ${from}`);
  return row?.count ?? 0;
}

/** Waits until there are as many rows as wanted. */
export async function untilCount(
  store: Pick<Store, "query">,
  wanted: number,
  from: string,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await countOf(store, from);
    if (found === wanted) return;
    if (performance.now() > deadline)
      throw new Error(`After ${withinMs} ms there are ${found}, not ${wanted}: ${from}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until every stored webhook is applied. */
export function untilApplied(store: Pick<Store, "query">): Promise<void> {
  return untilCount(store, 0, "webxkey.inbox where state = 'stored'");
}
