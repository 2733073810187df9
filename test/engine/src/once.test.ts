import type { PlatformEvent } from "@webxkey/core";
import { demoAccount, type Seed } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import {
  claim,
  connectDemo,
  fastSimulator,
  openStore,
  STORES,
  shared,
  startEngine,
  untilState,
} from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, until } from "./shop.ts";

const claims = () => ({ claims: [claim()] });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A number that Meta lets send a thousand a second, so that a crowd is not slowed down. */
const FAST_NUMBER: Seed = {
  numbers: [{ ...demoAccount.number, wabaId: demoAccount.waba.id, messagesPerSecond: 1_000 }],
};

describe.each(STORES)("once on %s", (name) => {
  test("the same order told 20 times at once, and again after a restart, gives one message", async () => {
    await using store = await openStore(name);
    await using simulator = await fastSimulator();
    let order: PlatformEvent;
    let messageId: string;
    {
      await using engine = await startEngine({ storage: store.option(), simulator });
      await connectDemo(engine);
      await engine.startWorker();
      order = happened("order.placed", { phone: stranger() });
      const told = await Promise.all(times(20, () => engine.messaging.publish(order, claims())));
      expect(told.filter(({ seenBefore }) => !seenBefore)).toHaveLength(1);
      expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1);
      // Whoever told it, also while the first was still being taken in, learns of the one message.
      expect(new Set(told.map(({ intents }) => intents.map((intent) => intent.messageId).join())).size).toBe(
        1,
      );
      messageId = told[0]?.intents[0]?.messageId ?? "";
      await untilState(engine, messageId, "read");
    }
    await using restarted = await startEngine({ storage: store.option(), simulator });
    await restarted.startWorker();
    const again = await Promise.all(times(20, () => restarted.messaging.publish(order, claims())));
    for (const { seenBefore, intents } of again) {
      expect(seenBefore).toBe(true);
      expect(intents).toMatchObject([{ messageId, state: "read" }]);
    }
    // Its webhooks still go to the address of the engine that is gone.
    const later = await publishOne(
      { engine: restarted },
      happened("order.placed", { phone: stranger() }),
      claims(),
    );
    await untilState(restarted, later.messageId, "accepted");
    expect(await simulator.accepted()).toHaveLength(2);
  });

  test("what was queued before a restart is sent once after it", async () => {
    await using store = await openStore(name);
    await using simulator = await fastSimulator();
    let messageId: string;
    {
      await using engine = await startEngine({ storage: store.option(), simulator });
      await connectDemo(engine);
      ({ messageId } = await publishOne(
        { engine },
        happened("order.placed", { phone: stranger() }),
        claims(),
      ));
    }
    await using restarted = await startEngine({ storage: store.option(), simulator });
    await restarted.startWorker();
    await untilState(restarted, messageId, "accepted");
    expect(await simulator.accepted()).toHaveLength(1);
  });

  test("an engine that joins tells the same order without making a second message", async () => {
    await using shop = await openShop(name);
    await using other = await startEngine({ storage: shop.storage, simulator: shop.simulator });
    await tellEverywhere(shop, [shop.engine, other]);
  });
});

describe("once on one PostgreSQL", () => {
  test("two engines with pools of their own, told the same orders at once, make one message of each", async () => {
    await using shop = await openShop("postgres");
    await using other = await startEngine({ storage: shop.store.option(), simulator: shop.simulator });
    await tellEverywhere(shop, [shop.engine, other]);
  });

  test("two workers share 200 messages: each is posted once", async () => {
    await using shop = await openShop("postgres", { worker: false, seed: FAST_NUMBER });
    await using storage = shared(shop.store.option());
    await using other = await startEngine({ storage, simulator: shop.simulator });
    const made = await Promise.all(
      times(200, () => publishOne(shop, happened("order.placed", { phone: stranger() }), claims())),
    );
    await shop.engine.startWorker();
    await other.startWorker();
    const allRead = async () =>
      (await shop.store.query("select 1 from webxkey.messages where state <> 'read'")).length === 0;
    await until("some message is still on its way", allRead, 45_000);
    const accepted = await shop.simulator.accepted();
    const attempts = await shop.store.query<{ attempt_id: string; message_id: string; outcome: string }>(
      "select attempt_id, message_id, outcome from webxkey.attempts",
    );
    expect(attempts).toHaveLength(200);
    expect(new Set(attempts.map(({ message_id }) => message_id))).toEqual(
      new Set(made.map(({ messageId }) => messageId)),
    );
    expect(accepted.map(({ callbackData }) => callbackData).sort()).toEqual(
      attempts.map(({ attempt_id }) => `v1.${attempt_id}`).sort(),
    );
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(["accepted"]));
    const verdict = await shop.engine.call("POST", "/v1/audit/verify");
    expect(verdict).toMatchObject({ body: { ok: true, faults: [] } });
  }, 60_000);
});

/** Five orders, each told four times to every engine at once. */
async function tellEverywhere(shop: Shop, engines: readonly Shop["engine"][]): Promise<void> {
  const orders = times(5, () => happened("order.placed", { phone: stranger() }));
  const told = await Promise.all(
    times(4, () => engines)
      .flat()
      .flatMap(({ messaging }) => orders.map((order) => messaging.publish(order, claims()))),
  );
  expect(told.filter(({ seenBefore }) => !seenBefore)).toHaveLength(orders.length);
  // Whoever told an order learns of its message, also in the set that makes it.
  for (const { intents } of told) expect(intents).toHaveLength(1);
  const messageIds = new Set(told.flatMap(({ intents }) => intents.map(({ messageId }) => messageId)));
  expect(messageIds.size).toBe(orders.length);
  for (const messageId of messageIds) await untilState(shop.engine, messageId, "read");
  expect(await shop.simulator.accepted()).toHaveLength(orders.length);
}
