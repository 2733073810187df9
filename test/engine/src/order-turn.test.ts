import type { EventType, PublishedIntent } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, startEngine, untilState } from "./engine.ts";
import { seeded } from "./seeded.ts";
import {
  acceptedFor,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
  until,
  untilReason,
} from "./shop.ts";

/** At full size 2,000. */
const ORDERS = Number(process.env["WEBXKEY_CASES"] ?? 24);
/** On a busy machine, from the first message to the last. */
const ALL_SENT_MS = 120_000 + ORDERS * 300;
const SEED = Number(process.env["WEBXKEY_SEED"] ?? Date.now() % 1_000_000);

const RULES = {
  "order.placed": "order-confirmation",
  "order.paid": "payment-captured",
  "order.payment_failed": "payment-failed",
  "order.shipped": "order-shipped",
  "order.delivered": "order-delivered",
  "order.cancelled": "order-cancelled",
  "order.partially_refunded": "order-partially-refunded",
} as const satisfies Partial<Record<EventType, string>>;
type Act = keyof typeof RULES;

const on = Object.values(RULES);
let orders = 0;

/** One order's acts, each a moment after the one before, told to one person. */
function anOrder(...acts: Act[]) {
  orders += 1;
  const [ref, phone] = [`turn_${orders}`, stranger()];
  const began = Date.now();
  const events = acts.map((type, index) => happened(type, { ref, phone, at: new Date(began + index) }));
  const [first, second] = events;
  if (!first) throw new Error("An order without an act.");
  return { phone, events, first, second: second ?? first };
}

const claims = () => ({ claims: [claim()] });

async function told(shop: Shop, events: readonly ReturnType<typeof happened>[]): Promise<PublishedIntent[]> {
  const intents: PublishedIntent[] = [];
  for (const event of events) intents.push(await publishOne(shop, event, claims()));
  return intents;
}

const stateOf = async ({ store }: Shop, { messageId }: PublishedIntent) =>
  (
    await store.query<{ state: string; reason: string | null }>(
      "select state, reason_code as reason from webxkey.messages where message_id = $1",
      [messageId],
    )
  )[0];

const templatesFor = async (shop: Shop, phone: string) =>
  (await acceptedFor(shop, phone)).map(({ template }) => template?.name);

describe.each(STORES)("the news of one order on %s", (name) => {
  test(
    `leaves in the order in which it happened, one message after another, with two workers and faults; seed ${SEED} (D 9.2)`,
    async () => {
      await using shop = await openShop(name, {
        on,
        worker: false,
        burstFloorPerHour: 1_000_000,
        windows: { settleMs: 2_500, quietMs: 1_000, metaWaitMsMax: 50 },
      });
      const chance = seeded(SEED);
      const all = Array.from({ length: ORDERS }, () => {
        const acts = (Object.keys(RULES) as Act[]).filter(
          (type) => !["order.payment_failed", "order.cancelled"].includes(type) && chance.next() < 0.6,
        );
        return anOrder(...(acts.length === 0 ? (["order.placed"] as const) : acts));
      });
      const events = chance.shuffled(all.flatMap((order) => order.events));
      await Promise.all(events.map((event) => publishOne(shop, event, claims())));
      await shop.simulator.inject({ kind: "slow_answer", delayMs: 120, probability: 0.3 });
      await shop.simulator.inject({ kind: "graph_error", code: 131016, probability: 0.1 });
      await shop.simulator.inject({ kind: "reset_after", probability: 0.05 });
      await shop.simulator.inject({ kind: "server_error_after", probability: 0.05 });
      await using other = await startEngine({
        storage: shop.storage,
        simulator: shop.simulator,
        webhookUrl: shop.engine.webhookUrl,
        windows: { settleMs: 2_500, quietMs: 1_000, metaWaitMsMax: 50 },
      });
      await Promise.all([shop.engine.startWorker(), other.startWorker()]);
      await until(
        "some messages are still open",
        async () => {
          const open = await shop.store.query<{ ref: string; n: number }>(
            `select e.entity_ref as ref, count(*) filter (where m.open_state <> 'queued')::int as n
           from webxkey.messages m join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
           where m.open_state in ('queued', 'sending', 'unknown') group by 1`,
          );
          expect(open.filter(({ n }) => n > 1)).toEqual([]);
          return open.length === 0;
        },
        ALL_SENT_MS,
      );
      const ended = await shop.store.query<{ state: string }>(
        "select distinct coalesce(reason_code, state) as state from webxkey.messages",
      );
      // An outcome about money that stays unknown waits for a person.
      const fine = ["accepted", "sent", "delivered", "read", "outcome_parked"];
      expect(ended.filter(({ state }) => !fine.includes(state))).toEqual([]);
      const order = [
        "order_confirmation",
        "payment_captured",
        "order_shipped",
        "order_delivered",
        "order_refunded",
      ];
      for (const { phone, events: news } of all) {
        const took = (await templatesFor(shop, phone)).map((template) => order.indexOf(template ?? ""));
        expect(took, phone).toEqual(took.toSorted((one, other) => one - other));
        expect(new Set(took).size, phone).toBeLessThanOrEqual(news.length);
      }
    },
    2 * ALL_SENT_MS,
  );

  describe("with one worker", () => {
    let shop: Shop;
    beforeAll(async () => {
      shop = await openShop(name, { on, windows: { settleMs: 2_500 } });
    });
    afterAll(() => shop[Symbol.asyncDispose]());

    test("waits while an earlier message is on the wire, and others do not (D 9.2)", async () => {
      const { phone, events } = anOrder("order.placed", "order.shipped");
      // A status would tell sooner than the answer that Meta has it.
      await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
      await shop.simulator.inject({ kind: "slow_answer", delayMs: 6_000, phone, count: 1 });
      const [placed, shipped] = await told(shop, events);
      await untilReason(shop, shipped?.messageId ?? "", "waiting_for_earlier");
      const [another] = await told(shop, anOrder("order.placed").events);
      await untilState(shop.engine, another?.messageId ?? "", "read");
      expect((await stateOf(shop, placed as PublishedIntent))?.state).toBe("sending");
      await untilState(shop.engine, shipped?.messageId ?? "", "read");
      expect(await templatesFor(shop, phone)).toEqual(["order_confirmation", "order_shipped"]);
    });

    test("waits for an unknown outcome, and goes on when that is parked for a person (D 9.2)", async () => {
      const { phone, events } = anOrder("order.paid", "order.shipped");
      await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
      await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
      const [paid, shipped] = await told(shop, events);
      await untilReason(shop, shipped?.messageId ?? "", "waiting_for_earlier");
      await until(
        "the outcome was not parked",
        async () => {
          const [pulse] = await told(shop, anOrder("order.placed").events);
          await untilState(shop.engine, pulse?.messageId ?? "", "read");
          return (await stateOf(shop, paid as PublishedIntent))?.reason === "outcome_parked";
        },
        30_000,
      );
      await untilState(shop.engine, shipped?.messageId ?? "", "read");
    });

    test("that is held keeps no later news; released after it, it is not sent where it is stale (D 9.2)", async () => {
      const { phone, first, second } = anOrder("order.placed", "order.shipped");
      const held = await publishOne(shop, first, { ...claims(), wishUnknown: true });
      expect(held.state).toBe("held");
      const shipped = await publishOne(shop, second, claims());
      await untilState(shop.engine, shipped.messageId, "read");
      expect((await shop.engine.call("POST", `/v1/messages/${held.messageId}/release`)).status).toBe(200);
      const { message } = await untilState(shop.engine, held.messageId, "blocked");
      expect(message.reason?.sentence).toBe(
        "Not sent: the order was already shipped by the time this could be sent.",
      );
      expect(await templatesFor(shop, phone)).toEqual(["order_shipped"]);
    });

    test("about money that was held is sent when it is released, however late (D 9.2)", async () => {
      const { phone, first, second } = anOrder("order.paid", "order.shipped");
      const held = await publishOne(shop, first, { ...claims(), wishUnknown: true });
      const shipped = await publishOne(shop, second, claims());
      await untilState(shop.engine, shipped.messageId, "read");
      await shop.engine.call("POST", `/v1/messages/${held.messageId}/release`);
      await untilState(shop.engine, held.messageId, "read");
      expect(await templatesFor(shop, phone)).toEqual(["order_shipped", "payment_captured"]);
    });

    test("that Meta put off for long keeps no later news, and is not sent after it where it is stale (D 9.2)", async () => {
      const { phone, first, second } = anOrder("order.placed", "order.shipped");
      await shop.simulator.inject({ kind: "graph_error", code: 131049, phone, count: 1 });
      const placed = await publishOne(shop, first, claims());
      await untilReason(shop, placed.messageId, "waiting_to_retry");
      const shipped = await publishOne(shop, second, claims());
      await untilState(shop.engine, shipped.messageId, "read");
      await shop.store.query("update webxkey.messages set due_at = now() where message_id = $1", [
        placed.messageId,
      ]);
      await untilState(shop.engine, placed.messageId, "blocked");
      expect(await templatesFor(shop, phone)).toEqual(["order_shipped"]);
    });

    test("that comes after later news was sent is recorded and not sent (D 9.2)", async () => {
      const { phone, first, second } = anOrder("order.placed", "order.shipped");
      const shipped = await publishOne(shop, second, claims());
      await untilState(shop.engine, shipped.messageId, "read");
      const placed = await publishOne(shop, first, claims());
      await untilReason(shop, placed.messageId, "overtaken");
      expect(await templatesFor(shop, phone)).toEqual(["order_shipped"]);
    });
  });

  test("is recorded and not sent where a later act made it untrue while it was in the queue (D 9.2)", async () => {
    await using shop = await openShop(name, { on, worker: false });
    const cancelled = anOrder("order.placed", "order.paid", "order.cancelled", "order.partially_refunded");
    const paid = anOrder("order.payment_failed", "order.paid");
    const again = anOrder("order.cancelled", "order.placed");
    const messages = await told(shop, [...cancelled.events, ...paid.events, ...again.events]);
    await shop.engine.startWorker();
    await until(
      "some messages are still open",
      async () =>
        (
          await shop.store.query(
            "select 1 from webxkey.messages where open_state in ('queued', 'sending', 'unknown')",
          )
        ).length === 0,
    );
    expect(await templatesFor(shop, cancelled.phone)).toEqual(["order_cancelled", "order_refunded"]);
    expect(await templatesFor(shop, paid.phone)).toEqual(["payment_captured"]);
    expect(await templatesFor(shop, again.phone)).toContain("order_confirmation");
    const { message } = await untilState(shop.engine, messages[4]?.messageId ?? "", "blocked");
    expect(message.reason).toMatchObject({
      code: "overtaken",
      sentence: "Not sent: the order was already paid by the time this could be sent.",
    });
  });

  test("is read once a claim, however many messages of one order wait and however many acts it has (D 9.2)", async () => {
    const [acts, messages] = [500, 10];
    await using shop = await openShop(name, { on, worker: false });
    const { storage, store, simulator } = shop;
    for (let n = 0; n < messages; n += 1) {
      const event = happened("order.placed", { ref: "undefined", phone: stranger() });
      await publishOne(shop, { ...event, id: `order.placed:${n}` }, claims());
    }
    await store.query(
      `insert into webxkey.events (workspace_id, event_id, source, external_id, type, entity_type, entity_ref, origin, body_hash,
         occurred_at, received_at)
       select workspace_id, gen_random_uuid(), source, 'earlier' || n, 'order.paid', entity_type, entity_ref, origin, body_hash,
         occurred_at - interval '1 day', received_at
       from (select * from webxkey.events limit 1) e, generate_series(1, ${acts}) n`,
    );
    const sizes: number[] = [];
    const counted: Shop["storage"] = {
      name: storage.name,
      async open() {
        const opened = await storage.open();
        const db = opened.db.withPlugin({
          transformQuery: ({ node }) => node,
          async transformResult({ result }) {
            sizes.push(result.rows.length);
            return result;
          },
        });
        return { ...opened, db };
      },
    };
    const { webhookUrl } = shop.engine;
    await using engine = await startEngine({ storage: counted, simulator, webhookUrl });
    await engine.startWorker();
    await until("nothing was sent", async () => (await simulator.accepted()).length > 0);
    // Once the acts, and in another statement once the messages.
    expect(Math.max(...sizes)).toBe(acts + messages);
  });
});
