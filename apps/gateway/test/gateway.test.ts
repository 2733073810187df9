import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { createDatabase } from "@webxkey/test-postgres";
import { beforeAll, expect, inject, test } from "vitest";
import {
  call,
  type OpenShop,
  openShop,
  orderPlaced,
  publish,
  publishOrder,
  stateOf,
  untilRead,
  untilReady,
} from "./installation.ts";
import { headOf, openRaw } from "./raw-socket.ts";
import { done, runCli, startProcess, until } from "./run-process.ts";

/** One installation for what only looks. */
let shop: OpenShop;
beforeAll(async () => {
  shop = await openShop();
  return () => shop[Symbol.asyncDispose]();
});

test("on embedded storage an event becomes a message that is read, and SIGTERM ends with exit code 0", async () => {
  await using shop = await openShop({ embedded: true });
  const { gateway, key } = shop;
  expect(gateway.said()).toContain("not safe against a power cut");
  await untilRead(shop, gateway, await publishOrder(gateway, key));
  gateway.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
});

test("without a root key nothing starts, and init is named", async () => {
  const { code, stderr } = await runCli(["serve"], { env: { WEBXKEY_DATA_DIR: "/nowhere/data" } });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/no root key.*webxkey init/s)]);
});

test("every problem of a configuration is told at once, the root key's among them", async () => {
  const env = { PORT: "canary", LOG_LEVEL: "canary", WEBXKEY_PUBLIC_URL: "http://canary.example" };
  const { code, stdout, stderr } = await runCli(["serve", "--json"], { env });
  expect(code).toBe(1);
  for (const word of ["PORT", "LOG_LEVEL", "WEBXKEY_PUBLIC_URL", "root key"]) expect(stderr).toContain(word);
  expect(stderr + stdout).not.toContain("canary");
  expect(JSON.parse(stdout)).toMatchObject({ problem: { code: "invalid_configuration" } });
});

test("another root key than the data's is refused before anything is sent", async () => {
  const env = { ...shop.env, WEBXKEY_ROOT_KEY: randomBytes(32).toString("base64") };
  const started = startProcess(["serve"], env, /never said/);
  await expect(started).rejects.toThrow(/serve ended with 1/);
});

test("is alive but not ready until the database is migrated, and then works without a restart", async () => {
  const env = {
    DATABASE_URL: await createDatabase(inject("postgresUrl")),
    WEBXKEY_ROOT_KEY: randomBytes(32).toString("base64"),
    PORT: "0",
  };
  await using gateway = await startProcess(["serve"], env, /answers at (\S+)/);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  const unready = await fetch(`${gateway.url}/readyz`);
  expect([unready.status, unready.headers.get("content-type")]).toEqual([
    503,
    expect.stringContaining("application/problem+json"),
  ]);
  expect(await unready.json()).toMatchObject({
    code: "schema_missing",
    detail: expect.stringContaining("migrate"),
  });
  await done(runCli(["migrate"], { env }));
  await untilReady(gateway);
  gateway.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
});

test("is alive but not ready while the database is away, and answers 503 to what it cannot keep", async () => {
  const env = {
    DATABASE_URL: "postgres://nobody@127.0.0.1:9/nothing",
    WEBXKEY_ROOT_KEY: randomBytes(32).toString("base64"),
    PORT: "0",
  };
  await using gateway = await startProcess(["serve"], env, /answers at (\S+)/);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect(await call(gateway, "GET", "/readyz")).toMatchObject({
    status: 503,
    body: { code: "storage_unavailable" },
  });
  for (const path of ["/v1/events", "/v1/meta/webhook"]) {
    const answer = await call(gateway, "POST", path, { key: "wxk_any", body: {} });
    expect(answer).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
  }
  gateway.kill("SIGINT");
  expect(await gateway.ended).toBe(0);
});

test("SIGTERM while a request and a send are under way loses neither", async () => {
  await using shop = await openShop();
  const { gateway, key } = shop;
  await shop.simulator.inject({ kind: "slow_answer", delayMs: 2_000, count: 1 });
  const sending = await publishOrder(gateway, key);
  // Accepted, and its answer held back: statuses may overtake it.
  await until("nothing is being sent", async () => (await shop.simulator.accepted()).length === 1);

  using late = await openRaw(gateway.url);
  using posting = await openRaw(gateway.url);
  const placed = orderPlaced();
  const body = JSON.stringify(placed);
  await posting.write(headOf("POST /v1/events HTTP/1.1", ...lengthOf(body), ...asJson(key)));
  await posting.write(body.slice(0, 10));
  await until("the request is not under way", async () => (await fetch(`${gateway.url}/healthz`)).ok);

  gateway.kill("SIGTERM");
  await until("the drain did not begin", () => gateway.said().includes("gateway.draining"));
  await expect(fetch(`${gateway.url}/healthz`), "no new connection is taken").rejects.toThrow();
  await late.write(headOf("GET /readyz HTTP/1.1"));
  expect(await late.status).toBe(503);
  await posting.write(body.slice(10));
  expect(await posting.status).toBe(202);
  expect(await gateway.ended).toBe(0);

  // The last gateway may have taken the late event in only, or sent it too; told again it names its message.
  await using again = await shop.serve();
  const told = await publish(again, key, placed);
  for (const messageId of [sending, told])
    await until("a message is not sent", async () => SENT.includes(await stateOf(shop, again, messageId)));
  expect(await shop.simulator.accepted()).toHaveLength(2);
});

/** Statuses find only the gateway that is told of, so how far they came is no matter. */
const SENT: readonly string[] = ["accepted", "sent", "delivered", "read"];
const lengthOf = (body: string) => [`Content-Length: ${Buffer.byteLength(body)}`];
const asJson = (key: string) => ["Content-Type: application/json", `Authorization: Bearer ${key}`];

test("a second signal ends at once, in the middle of a request", async () => {
  await using gateway = await shop.serve();
  await untilReady(gateway);
  using cut = await openRaw(gateway.url);
  await cut.write(headOf("POST /v1/events HTTP/1.1", "Content-Length: 100", ...asJson(shop.key)));
  await until("the request is not under way", async () => (await fetch(`${gateway.url}/healthz`)).ok);
  gateway.kill("SIGTERM");
  await until("the drain did not begin", () => gateway.said().includes("gateway.draining"));
  gateway.kill("SIGTERM");
  expect(await gateway.ended).toBe(128 + constants.signals.SIGTERM);
  expect(await cut.status).toBe(0);
});

test("every route of the API refuses who has no key, on loopback too, and a key that is none", async () => {
  const document = (await (await fetch(`${shop.gateway.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/[{}]/g, ""),
    })),
  );
  expect(routes.length).toBeGreaterThan(20);
  for (const { method, path } of routes) {
    expect(await call(shop.gateway, method, path), `${method} ${path}`).toMatchObject({ status: 401 });
    const unknown = await call(shop.gateway, method, path, {
      key: `wxk_${randomBytes(32).toString("base64url")}`,
    });
    expect(unknown, `${method} ${path}`).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  }
});

test("metrics are for a key, from wherever it comes, and hold neither an id nor a path that somebody chose (D 6.8)", async () => {
  const id = "0198c0de-0000-7000-8000-000000000000";
  await call(shop.gateway, "GET", `/v1/messages/${id}/timeline`, { key: shop.ownerKey });
  await call(shop.gateway, "GET", "/wp-login.php?user=16505551234");
  const metrics = async (headers: Record<string, string>) =>
    fetch(`${shop.gateway.url}/metrics`, { headers });
  const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
  const text = await (await metrics(withKey(shop.key))).text();
  expect(text).toContain(
    'webxkey_http_requests_total{route="/v1/messages/{message_id}/timeline",status="404"}',
  );
  expect(text).toMatch(/webxkey_http_requests_total\{route="other",status="401"\}/);
  expect(text).toMatch(/^webxkey_queue\{queue="queued"\} \d+$/m);
  expect(text).not.toMatch(new RegExp(`${id}|wp-login|16505551234`));
  // A proxy on this machine that adds no header looks like somebody on this machine.
  for (const headers of [{}, { "x-forwarded-for": "203.0.113.7" }, withKey("wxk_none")])
    expect((await metrics(headers)).status).toBe(401);
  expect((await metrics(withKey(shop.ownerKey))).status).toBe(200);
});

test("answers are neither cached, sniffed, framed nor run, and do not name the server", async () => {
  const { headers } = await fetch(`${shop.gateway.url}/v1/me`);
  expect(Object.fromEntries(headers)).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  expect(headers.has("x-powered-by")).toBe(false);
  expect(headers.has("strict-transport-security")).toBe(false);
});

test("a port that is taken is told in a sentence", async () => {
  const env = { ...shop.env, PORT: new URL(shop.gateway.url).port };
  const { code, stderr } = await runCli(["serve"], { env });
  expect([code, stderr]).toEqual([1, expect.stringContaining("The port is taken")]);
});
