import { createHmac } from "node:crypto";
import type { Fact } from "@webxkey/core";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../../server/src/engine/open-engine.ts";
import { registerOwner } from "./api.ts";
import { type App, openApp } from "./open-app.ts";
import { setUp } from "./shop.ts";

let simulator: GraphSimulator;
let app: App;

beforeAll(async () => {
  simulator = await startGraphSimulator();
  app = await openApp({ graphUrl: simulator.url });
  await setUp(await registerOwner(app), { order: null, account: null });
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await simulator?.close();
});

const factOf = (id: string): Fact => ({ key: `entry.created:${id}`, type: "entry.created", entityId: id });

describe("the Meta webhook", () => {
  const post = (body: Buffer, signature: string, path = "/api/webxkey/meta") =>
    fetch(`${app.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
      body: new Uint8Array(body),
    });
  const signed = (body: Buffer) =>
    `sha256=${createHmac("sha256", demoAccount.app.secret).update(body).digest("hex")}`;

  test("reaches the engine byte for byte, with nothing added to the application's configuration", async () => {
    const bodies = [
      '{"object":"x", "entry":[ ]}',
      '{"a":"\\ud83c\\udf75 \\u00e9"}',
      '{"a":"🍵 é"}',
      "not json 🍵",
    ];
    for (const text of bodies) {
      const body = Buffer.from(text);
      expect((await post(body, signed(body))).status, text).toBe(200);
      expect((await post(Buffer.from(`${text} `), signed(body))).status, text).toBe(401);
    }
  });

  test("is taken up to three megabytes and more, and refused beyond any webhook's size", async () => {
    const large = Buffer.from(JSON.stringify({ object: "x", filler: "x".repeat(3_000_000) }));
    expect((await post(large, signed(large))).status).toBe(200);
    const tooLarge = Buffer.alloc(5 * 1024 * 1024, 0x20);
    expect((await post(tooLarge, signed(tooLarge))).status).toBe(413);
  });

  test("is found however its path is spelt, and leaves the application's own paths alone", async () => {
    const body = Buffer.from('{"a": "\\ud83c\\udf75" }');
    for (const path of ["/API/webxkey/meta", "/api/webxkey/meta/", "/api/webxkey/meta?x=1"]) {
      expect((await post(body, signed(body), path)).status, path).toBe(200);
    }
    expect((await fetch(`${app.url}/api/webxkey/metal`)).status).toBe(404);
  });
});

describe("the intake", () => {
  // This process's own drain would take what the tests put down.
  beforeAll(() => app.runtime.stop());

  const clear = () => app.rows("delete from webxkey_intake_facts");

  test("stores one fact of twenty that come at once", async () => {
    await clear();
    const stored = await Promise.all(
      Array.from({ length: 20 }, () => app.runtime.intake.record([factOf("one")], "push")),
    );
    expect(stored.filter((count) => count === 1)).toHaveLength(1);
    expect(await app.rows("select key from webxkey_intake_facts")).toHaveLength(1);
  });

  test("gives each row to one of several claimers only", async () => {
    await clear();
    await app.runtime.intake.record(
      Array.from({ length: 100 }, (_, index) => factOf(`many${index}`)),
      "push",
    );
    const claims = await Promise.all(Array.from({ length: 8 }, () => app.runtime.intake.claim()));
    const keys = claims.flat().map(({ fact }) => fact.key);
    expect(keys).toHaveLength(100);
    expect(new Set(keys).size).toBe(100);
  });

  test("gives a row again when the process that took it has died, and lets the dead one's word not count", async () => {
    await clear();
    const { intake } = app.runtime;
    await intake.record([factOf("left")], "push");
    const [dead] = await intake.claim();
    expect(await intake.claim()).toEqual([]);
    await app.rows("update webxkey_intake_facts set due_at = 0");
    const [alive] = await intake.claim();
    expect(alive?.attempts).toBe(2);
    if (dead) await intake.settle(dead, "published");
    expect(await app.rows("select done_at from webxkey_intake_facts")).toEqual([{ done_at: null }]);
  });

  test("gives a row back when its time comes, and lists what waits with what was given up first", async () => {
    await clear();
    const { intake } = app.runtime;
    await intake.record([factOf("waits"), factOf("parked")], "push");
    const claimed = await intake.claim();
    for (const one of claimed) {
      if (one.fact.entityId === "parked") await intake.park(one, "store_not_readable");
      else await intake.retryIn(one, 60_000, "storage_unavailable");
    }
    expect(await intake.claim()).toEqual([]);
    expect(await intake.waiting(10)).toMatchObject([
      { key: "entry.created:parked", parked_at: expect.any(Date), outcome: "store_not_readable" },
      { key: "entry.created:waits", parked_at: null, outcome: "storage_unavailable" },
    ]);
    expect(await intake.retryParked()).toBe(1);
    expect((await intake.claim()).map(({ fact }) => fact.entityId)).toEqual(["parked"]);
  });
});

test("its tables are in no part of Strapi that shows content", () => {
  const uids = [...Object.keys(app.strapi.contentTypes), ...Object.keys(app.strapi.components)];
  expect(uids.filter((uid) => uid.includes("webxkey"))).toEqual([]);
});

test("a second instance on the same directory is refused with the reason", async () => {
  if (process.env["TEST_CLIENT"] === "postgres") {
    // Any number of them share one PostgreSQL.
    const second = createEngine(app.runtime.settings, "/", app.runtime.log);
    await second.migrate();
    await second.close();
    return;
  }
  const second = createEngine(app.runtime.settings, "/", app.runtime.log);
  await expect(second.migrate()).rejects.toMatchObject({
    code: "data_dir_locked",
    message: expect.stringContaining("set DATABASE_URL"),
  });
});
