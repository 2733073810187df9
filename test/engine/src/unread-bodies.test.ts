import { demoAccount, encodeWebhook, signWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cafe, credentialsOf, seedCafe } from "./clients.ts";
import { type Engine, STORES, startEngine } from "./engine.ts";
import { connectTea, type TeaConnection, teaShop } from "./made-up-platform.ts";
import { openShop, type Shop, stranger, written } from "./shop.ts";
import { appPath, countOf, quietSimulator } from "./webhooks.ts";

const FORGED = `sha256=${"0".repeat(64)}`;

describe.each(STORES)("before a body is read, on %s", (name) => {
  let shop: Shop;
  let tea: TeaConnection;
  let other: Engine;
  beforeAll(async () => {
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connectors: [teaShop()],
    });
    tea = await connectTea(shop.engine);
    await seedCafe(shop.simulator);
    const { storage, simulator } = shop;
    other = await startEngine({ storage, simulator, workspaceId: cafe.workspaceId });
    await other.call("POST", "/v1/senders", credentialsOf(cafe));
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
  });

  /** Hands over a request whose body tells whether anybody began to read it. */
  async function hand(path: string, headers: Record<string, string>, bytes: Uint8Array = Buffer.from("{}")) {
    let read = false;
    const body = {
      async *[Symbol.asyncIterator]() {
        read = true;
        yield bytes;
      },
    };
    const url = `http://engine${path}`;
    const answer = await shop.engine.messaging.handler({
      method: "POST",
      url,
      headers: new Headers(headers),
      body,
    });
    return { status: answer.status, read };
  }

  test.each([
    ["no header", {}],
    ["an empty one", { "x-hub-signature-256": "" }],
    ["a short one", { "x-hub-signature-256": FORGED.slice(0, -1) }],
    ["one of the older kind", { "x-hub-signature": `sha1=${"0".repeat(40)}` }],
  ] as const)("a webhook with %s for a signature is answered 401 unread (D 6.4)", async (_what, headers) => {
    const own = await appPath(shop.simulator, demoAccount);
    for (const path of ["/v1/meta/webhook", own])
      expect(await hand(path, headers)).toEqual({ status: 401, read: false });
  });

  test("an address that no app has is answered 404 unread (D 6.4)", async () => {
    for (const address of ["a".repeat(22), "short", "a/b"])
      expect(await hand(`/v1/meta/webhook/${address}`, { "x-hub-signature-256": FORGED })).toEqual({
        status: 404,
        read: false,
      });
  });

  test("at an app's own address its secret counts and no other app's, while the bare address takes both (D 6.4)", async () => {
    const [path, otherPath] = [
      await appPath(shop.simulator, demoAccount),
      await appPath(shop.simulator, cafe),
    ];
    expect(path).toMatch(/^\/v1\/meta\/webhook\/[\w-]{22}$/);
    expect(otherPath).not.toBe(path);
    const post = (at: string, secret: string) => {
      const bytes = encodeWebhook(written({ phone: stranger(), text: "Hello", at: new Date() }));
      return hand(at, { "x-hub-signature-256": signWebhook(secret, bytes) }, bytes);
    };
    const before = await countOf(shop.store, "webxkey.inbox");
    const [own, others] = [demoAccount.app.secret, cafe.app.secret];
    expect([await post(path, own), await post(path, others)]).toMatchObject([
      { status: 200 },
      { status: 401 },
    ]);
    expect([await post(otherPath, own), await post(otherPath, others)]).toMatchObject([
      { status: 401 },
      { status: 200 },
    ]);
    const bare = "/v1/meta/webhook";
    expect([await post(bare, own), await post(bare, others)]).toMatchObject([
      { status: 200 },
      { status: 200 },
    ]);
    expect(await countOf(shop.store, "webxkey.inbox")).toBe(before + 4);
  });

  test("a shop's delivery without a signature is answered 401 unread, but for a short hello (D 6.4)", async () => {
    const path = new URL(String(tea.webhook_url)).pathname;
    expect(await hand(path, {})).toEqual({ status: 401, read: false });
    expect(await hand(path, { "x-tea-signature": "made up" })).toEqual({ status: 401, read: false });
    const hello = Buffer.from("hello");
    const length = (bytes: number) => ({ "content-length": String(bytes) });
    expect(await hand(path, length(hello.length), hello)).toEqual({ status: 200, read: true });
    expect(await hand(path, length(1_025), hello)).toEqual({ status: 401, read: false });
    // One that announces little and sends much.
    expect(await hand(path, length(5), Buffer.alloc(2_000, "x"))).toEqual({ status: 413, read: true });
  });

  test("an event whose headers cannot be a timely signature is answered 401 unread (D 6.4)", async () => {
    const signed = (change: Record<string, string>) => ({
      "content-type": "application/json",
      "webhook-id": "event_1",
      "webhook-timestamp": String(Math.floor(Date.now() / 1_000)),
      "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}`,
      ...change,
    });
    for (const change of [
      { "webhook-signature": "v1,short" },
      { "webhook-signature": "v2,made-up" },
      { "webhook-timestamp": "1" },
      { "webhook-timestamp": "soon" },
      { "webhook-id": "" },
    ])
      expect(await hand("/v1/events", signed(change))).toEqual({ status: 401, read: false });
    expect(await hand("/v1/events", {})).toEqual({ status: 401, read: false });
    expect(await hand("/v1/events", signed({}))).toEqual({ status: 401, read: true });
  });

  test("bodies that strangers send share one room: the one that does not fit is answered 503 (D 6.4)", async () => {
    const release = Promise.withResolvers<void>();
    let arrived = 0;
    const slow = () =>
      shop.engine.messaging.handler({
        method: "POST",
        url: "http://engine/v1/meta/webhook",
        headers: new Headers({ "x-hub-signature-256": FORGED }),
        body: {
          async *[Symbol.asyncIterator]() {
            yield Buffer.alloc(4 * 1024 * 1024 - 1, "x");
            arrived += 1;
            await release.promise;
          },
        },
      });
    const [first, second] = [slow(), slow()];
    await expect.poll(() => arrived).toBe(2);
    expect((await slow()).status).toBe(503);
    // Those who know an app's address have a room of their own.
    const path = await appPath(shop.simulator, demoAccount);
    const bytes = encodeWebhook(written({ phone: stranger(), text: "Hello", at: new Date() }));
    const good = { "x-hub-signature-256": signWebhook(demoAccount.app.secret, bytes) };
    expect(await hand(path, good, bytes)).toEqual({ status: 200, read: true });
    release.resolve();
    expect([(await first).status, (await second).status]).toEqual([401, 401]);
    expect((await slow()).status).toBe(401);
  });
});
