import { startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, connectDemo, openStore, STORES, shared, startEngine, untilState } from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, until } from "./shop.ts";

const claims = () => ({ claims: [claim()] });

test.each(STORES)("on %s, what never left is tried again when Meta is back, and sent once", async (name) => {
  await using store = await openStore(name);
  await using storage = shared(store.option());
  const first = await startGraphSimulator();
  await using engine = await startEngine({ storage, simulator: first });
  await connectDemo(engine);
  await first.close();
  const order = happened("order.placed", { phone: stranger() });
  const { messageId } = await publishOne({ engine }, order, claims());
  await engine.startWorker();
  await until("it was not tried", async () => {
    const rows = await store.query("select 1 from webxkey.attempts where outcome = 'not_sent'");
    return rows.length > 0;
  });
  const { message, entries } = await untilState(engine, messageId, "queued");
  expect(message.reason?.code).toBe("waiting_to_retry");
  expect(entries.map(({ sentence }) => sentence)).toContain("It did not reach Meta and is tried again.");
  await using back = await startGraphSimulator({ port: Number(new URL(first.url).port) });
  await untilState(engine, messageId, "accepted");
  expect(await back.accepted()).toHaveLength(1);
  const attempts = await store.query<{ outcome: string }>("select outcome from webxkey.attempts order by n");
  expect(attempts.at(-1)).toEqual({ outcome: "accepted" });
  expect(attempts.slice(0, -1).every(({ outcome }) => outcome === "not_sent")).toBe(true);
});

// The request's deadline of 20 seconds is waited for on both stores at the same time.
describe("a request that Meta never answers", () => {
  const shops = new Map<string, Shop>();
  beforeAll(async () => {
    for (const name of STORES) shops.set(name, await openShop(name));
  });
  afterAll(async () => {
    for (const shop of shops.values()) await shop[Symbol.asyncDispose]();
  });

  test.concurrent.each(STORES)(
    "is given up after its deadline and not sent again, on %s",
    async (name) => {
      const shop = shops.get(name);
      if (!shop) throw new Error(`There is no shop on ${name}.`);
      const phone = stranger();
      await shop.simulator.inject({ kind: "hang_after", phone });
      await shop.simulator.inject({ kind: "no_statuses", phone });
      const { messageId } = await publishOne(shop, happened("order.placed", { phone }), claims());
      await untilState(shop.engine, messageId, "unknown", 30_000);
      const next = await publishOne(shop, happened("order.placed", { phone: stranger() }), claims());
      await untilState(shop.engine, next.messageId, "read");
      expect(await shop.simulator.accepted({ phone })).toHaveLength(1);
    },
    60_000,
  );
});
