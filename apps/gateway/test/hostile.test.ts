import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { demoAccount, signWebhook } from "@webxkey/testing";
import { afterEach, beforeAll, expect, test } from "vitest";
import { call, type OpenShop, openShop, orderPlaced } from "./installation.ts";
import { headOf, openRaw, statusOf } from "./raw-socket.ts";
import { until } from "./run-process.ts";

/** R15 of the trust goals: what strangers send costs an answer, never the process. */

const WEBHOOK = "/v1/meta/webhook";
const MB = 1024 * 1024;

let shop: OpenShop;

beforeAll(async () => {
  shop = await openShop({ env: { LOG_LEVEL: "debug" } });
  return () => shop[Symbol.asyncDispose]();
});

/** Alive, and still able to do what it is for. */
afterEach(async () => {
  expect((await fetch(`${shop.gateway.url}/healthz`)).status).toBe(200);
  const published = await call(shop.gateway, "POST", "/v1/events", { key: shop.key, body: orderPlaced() });
  expect(published.status).toBe(202);
});

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${shop.gateway.url}${path}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });

const signed = (body: Buffer) => ({ "x-hub-signature-256": signWebhook(demoAccount.app.secret, body) });
/** What strangers can write without a secret. */
const FORGED = `X-Hub-Signature-256: sha256=${"0".repeat(64)}`;
const withKey = () => ({ authorization: `Bearer ${shop.key}` });

test("a webhook of 11 MB is refused by its announced length, before a byte of it is sent", async () => {
  const head = headOf(`POST ${WEBHOOK} HTTP/1.1`, `Content-Length: ${11 * MB}`, FORGED);
  expect(await statusOf(shop.gateway.url, head)).toBe(413);
});

test("a webhook of 11 MB that announces no length is refused when it passes the limit", async () => {
  using connection = await openRaw(shop.gateway.url);
  await connection.write(headOf(`POST ${WEBHOOK} HTTP/1.1`, "Transfer-Encoding: chunked", FORGED));
  const chunk = Buffer.alloc(64 * 1024, "x");
  for (let sent = 0; sent < 11 * MB && !connection.over(); sent += chunk.length) {
    await connection.write(`${chunk.length.toString(16)}\r\n`);
    await connection.write(chunk);
    await connection.write("\r\n");
  }
  expect(await connection.status).toBe(413);
});

test("a gzip bomb is never inflated: refused as an event, and set aside as the bytes it is when Meta's key signed it", async () => {
  const bomb = gzipSync(Buffer.alloc(200 * MB));
  const before = residentMb();
  const event = await post("/v1/events", bomb, { ...withKey(), "content-encoding": "gzip" });
  expect([event.status, await event.json()]).toEqual([
    400,
    expect.objectContaining({ detail: expect.stringContaining("content-encoding") }),
  ]);
  expect((await post(WEBHOOK, bomb, { "content-encoding": "gzip" })).status).toBe(401);
  expect((await post(WEBHOOK, bomb, { ...signed(bomb), "content-encoding": "gzip" })).status).toBe(200);
  expect(residentMb() - before).toBeLessThan(100);
});

/** As the kernel counts it. */
function residentMb(counter: "VmRSS" | "VmHWM" = "VmRSS"): number {
  const status = readFileSync(`/proc/${shop.gateway.pid}/status`, "utf8");
  const [, kb] = new RegExp(`^${counter}:\\s+(\\d+) kB`, "m").exec(status) ?? [];
  return Number(kb) / 1024;
}

const FLOOD = 250;

test.each([
  ["unsigned, at the address of all apps", (): string => WEBHOOK, [], [401]],
  ["unsigned, at one app's own address", appAddress, [], [401]],
  ["with a made-up signature, at the address of all apps", (): string => WEBHOOK, [FORGED], [401, 503]],
  ["with a made-up signature, at one app's own address", appAddress, [FORGED], [401, 503]],
  [
    "with a made-up signature, at an address that no app has",
    (): string => `${WEBHOOK}/${"a".repeat(22)}`,
    [FORGED],
    [404],
  ],
  ["as events of somebody without a key", (): string => "/v1/events", [], [401]],
] as const)(
  `${FLOOD} connections with 4 MB each, %s, add less than 80 MB (D 6.4)`,
  async (_how, path, headers, allowed) => {
    const head = headOf(`POST ${await path()} HTTP/1.1`, `Content-Length: ${4 * MB}`, ...headers);
    const body = Buffer.alloc(4 * MB, "x");
    const connections = await Promise.all(Array.from({ length: FLOOD }, () => openRaw(shop.gateway.url)));
    const before = residentMb();
    // Has the kernel forget the highest size so far (proc_pid_clear_refs(5)).
    writeFileSync(`/proc/${shop.gateway.pid}/clear_refs`, "5");
    for (const connection of connections) {
      void connection.write(head);
      // All but the last byte: what is kept of a body is kept until its end.
      void connection.write(body.subarray(0, -1));
    }
    await until("nothing was answered", async () => connections.some(({ over }) => over()));
    for (const connection of connections) void connection.write("x");
    const answers = new Set(await Promise.all(connections.map(({ status }) => status)));
    for (const connection of connections) connection[Symbol.dispose]();
    expect([...answers].filter((status) => !(allowed as readonly number[]).includes(status))).toEqual([]);
    expect(residentMb("VmHWM") - before).toBeLessThan(80);
  },
);

/** Where Meta was told to send the webhooks of the demo app. */
async function appAddress(): Promise<string> {
  const { waba, token } = demoAccount;
  const response = await fetch(`${shop.simulator.url}/v25.0/${waba.id}/subscribed_apps`, {
    headers: { authorization: `Bearer ${token.value}` },
  });
  const { data } = (await response.json()) as { data: { override_callback_uri: string }[] };
  return new URL(String(data[0]?.override_callback_uri)).pathname;
}

test("headers that come too slowly end in 408, and nobody else waits for them", async () => {
  const slow = Array.from({ length: 30 }, () =>
    statusOf(shop.gateway.url, "GET /healthz HTTP/1.1\r\nHost: gateway.test\r\nX-Slow: "),
  );
  expect((await fetch(`${shop.gateway.url}/readyz`)).status).toBe(200);
  expect(new Set(await Promise.all(slow))).toEqual(new Set([408]));
});

test("headers that are too many bytes end in 431", async () => {
  expect(await statusOf(shop.gateway.url, headOf("GET / HTTP/1.1", `X-Long: ${"x".repeat(20_000)}`))).toBe(
    431,
  );
});

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test("JSON of 10,000 levels is 400 as an event, and set aside when Meta's key signed it", async () => {
  const event = orderPlaced();
  const body = JSON.stringify({ ...event, data: "DEEP" }).replace('"DEEP"', deep(10_000));
  expect((await post("/v1/events", body, withKey())).status).toBe(400);
  const webhook = Buffer.from(`{"object":"whatsapp_business_account","entry":${deep(10_000)}}`);
  expect((await post(WEBHOOK, webhook, signed(webhook))).status).toBe(200);
});

test.each(["__proto__", "constructor"])("a key %s in JSON changes nothing but the answer", async (name) => {
  const event = JSON.stringify(orderPlaced());
  const body = event.replace("{", `{"${name}":{"polluted":true,"prototype":{"polluted":true}},`);
  expect((await post("/v1/events", body, withKey())).status).toBe(400);
  const rule = `{"${name}":{"active":true}}`;
  const set = await fetch(`${shop.gateway.url}/v1/rules/order-refunded`, {
    method: "PUT",
    body: rule,
    headers: { authorization: `Bearer ${shop.ownerKey}`, "content-type": "application/json" },
  });
  expect(set.status).toBe(400);
  const webhook = Buffer.from(
    `{"object":"whatsapp_business_account","${name}":{"polluted":true},"entry":[]}`,
  );
  expect((await post(WEBHOOK, webhook, signed(webhook))).status).toBe(200);
});

test.each([
  ["a method that no web request has", headOf("TRACE /v1/events HTTP/1.1")],
  ["an address that is none", headOf("GET http://[ HTTP/1.1")],
  ["two lengths", headOf(`POST ${WEBHOOK} HTTP/1.1`, "Content-Length: 1", "Content-Length: 2")],
  [
    "a length beside chunks",
    headOf(`POST ${WEBHOOK} HTTP/1.1`, "Content-Length: 1", "Transfer-Encoding: chunked"),
  ],
  ["no HTTP at all", "\u0016\u0003\u0001tls\r\n\r\n"],
])("%s is answered 400", async (_what, head) => {
  expect(await statusOf(shop.gateway.url, head)).toBe(400);
});

test.each([
  ["two slashes before it", headOf("GET //x/v1/me HTTP/1.1")],
  ["dots in it", headOf("GET /v1/x/../me HTTP/1.1")],
  ["a dot in it", headOf("GET /v1/./me HTTP/1.1")],
  ["dots at its end", headOf("GET /v1/me/.. HTTP/1.1")],
  ["escaped dots in it", headOf("GET /v1/x/%2E%2e/me HTTP/1.1")],
  ["half escaped dots in it", headOf("GET /v1/x/.%2e/me HTTP/1.1")],
  ["a backslash in it", headOf("GET /v1\\x/../me HTTP/1.1")],
  ["a host in it", headOf("GET http://other.test/v1/me HTTP/1.1")],
  ["no slash before it", headOf("GET v1/me HTTP/1.1")],
])(
  "a path with %s is answered 400, also where the path that is meant would be answered (D 6.8)",
  async (_what, head) => {
    expect(await statusOf(shop.gateway.url, head)).toBe(400);
    expect(await statusOf(shop.gateway.url, headOf("GET /v1/me HTTP/1.1"))).toBe(401);
  },
);

test("dots that are a query's or part of a name are none to be taken out (D 6.8)", async () => {
  for (const path of ["/healthz?next=/../x", "/healthz?..", "/v1/...", "/v1/..x"])
    expect(await statusOf(shop.gateway.url, headOf(`GET ${path} HTTP/1.1`)), path).not.toBe(400);
});

test.each(["/v1/me", "/healthz", "/metrics", WEBHOOK])(
  "two Host headers at %s are answered 400 (D 6.8)",
  async (path) => {
    for (const second of ["Host: other.test", "host: gateway.test"])
      expect(await statusOf(shop.gateway.url, headOf(`GET ${path} HTTP/1.1`, second))).toBe(400);
  },
);

test("a sender that leaves in the middle of its body leaves nothing behind, and is no failure of ours", async () => {
  const before = shop.gateway.said().length;
  for (const path of ["/v1/events", WEBHOOK]) {
    using connection = await openRaw(shop.gateway.url);
    await connection.write(
      headOf(`POST ${path} HTTP/1.1`, `Authorization: Bearer ${shop.key}`, FORGED, "Content-Length: 1000"),
    );
    await connection.write('{"specversion"');
  }
  const said = () => shop.gateway.said().slice(before);
  await until("nobody noticed", () => said().match(/"http\.(aborted|failed)"/g)?.length === 2);
  expect(said()).not.toContain("http.failed");
});
