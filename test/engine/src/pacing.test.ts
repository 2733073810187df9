import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cafe, credentialsOf, seedCafe } from "./clients.ts";
import { claim, type Engine, STORES, startEngine, untilState } from "./engine.ts";
import { acceptedFor, happened, openShop, publishOne, type Shop, stranger, until } from "./shop.ts";

const claims = () => ({ claims: [claim()] });

describe.each(STORES)("the pace of sending, on %s", (name) => {
  let shop: Shop;
  let other: Engine;
  beforeAll(async () => {
    shop = await openShop(name, { worker: false, on: ["order-confirmation", "password-reset-notice"] });
    await seedCafe(shop.simulator);
    other = await startEngine({
      storage: shop.storage,
      simulator: shop.simulator,
      workspaceId: cafe.workspaceId,
    });
    await other.call("POST", "/v1/senders", credentialsOf(cafe));
    await other.call("PUT", "/v1/rules/order-confirmation", { active: true });
    await shop.engine.startWorker();
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
  });

  const order = (phone: string, engine: Engine = shop.engine) =>
    publishOne({ engine }, happened("order.placed", { phone }), claims());
  const pace = (set: string) =>
    shop.store.query(`update webxkey.sender_paces set ${set} where workspace_id <> '${cafe.workspaceId}'`);
  const reasonOf = async (messageId: string) =>
    (
      await shop.engine.call<{ message: { reason: { code: string } | null } }>(
        "GET",
        `/v1/messages/${messageId}/timeline`,
      )
    ).body.message.reason?.code;

  test("a connected number has the pace and the number of people that Meta says", async () => {
    const rows = await shop.store.query(
      "select per_second, recipients_max from webxkey.sender_paces where workspace_id <> 'cafe'",
    );
    expect(rows).toEqual([{ per_second: 80, recipients_max: 2_000 }]);
  });

  test("after 130429 the number waits as Meta asks and goes on slower, and other numbers do not wait", async () => {
    const refused = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 130429, phone: refused, count: 1 });
    const first = await order(refused);
    await until("the number was not paused", async () => {
      const rows = await shop.store.query<{ slowed: boolean }>(
        "select slowed_at is not null as slowed from webxkey.sender_paces where paused_until is not null",
      );
      return rows[0]?.slowed;
    });
    // Its few seconds would be over before a busy machine has looked.
    await pace("paused_until = now() + interval '1 minute'");
    const waiting = stranger();
    const second = await order(waiting);
    const theirs = await order(stranger(), other);
    await untilState(other, theirs.messageId, "read");
    expect(await acceptedFor(shop, waiting)).toEqual([]);
    await pace("paused_until = null");
    await shop.store.query("update webxkey.messages set due_at = now() where state = 'queued'");
    await untilState(shop.engine, first.messageId, "read");
    await untilState(shop.engine, second.messageId, "read");
    await pace("slowed_at = null");
  });

  test("a number that Meta slowed to little more than one a second goes on sending (D 10.7)", async () => {
    for (const perSecond of [1.1, 1.3, 1.7]) {
      await pace(`learned_per_second = ${perSecond}, slowed_at = now(), learned_at = now(), next_at = now()`);
      const { messageId } = await order(stranger());
      await untilState(shop.engine, messageId, "read");
    }
    await pace("learned_per_second = null, slowed_at = null, learned_at = null");
  });

  test("what Meta refuses a whole account does not fail its messages one by one: they wait for it", async () => {
    const refused = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 131042, phone: refused, count: 1 });
    const { messageId } = await order(refused);
    await until("the number was not paused", async () => {
      const rows = await shop.store.query(
        "select 1 from webxkey.sender_paces where pause_reason = 'payment_required'",
      );
      return rows.length > 0;
    });
    const { message } = await untilState(shop.engine, messageId, "queued");
    expect(message.reason?.sentence).toContain("settle the payment method");
    await pace("paused_until = null, pause_reason = null");
    await shop.store.query("update webxkey.messages set due_at = now() where state = 'queued'");
    await untilState(shop.engine, messageId, "read");
  });

  test("a template that Meta refuses as paused is held until it is approved again", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "template_paused", phone, count: 1 });
    const { messageId } = await order(phone);
    const { message } = await untilState(shop.engine, messageId, "held");
    expect(message.reason?.code).toBe("template_not_approved");
    expect((await shop.engine.call("POST", "/v1/templates/sync")).status).toBe(200);
    await untilState(shop.engine, messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("one person gets 45 messages at once at the most; the next waits, and says why", async () => {
    const phone = stranger();
    await pace("per_second = 1000");
    const begun = performance.now();
    const sent = await Promise.all(Array.from({ length: 52 }, () => order(phone)));
    await until("45 were not sent", async () => (await acceptedFor(shop, phone)).length >= 45, 30_000);
    const waiting = await until(
      "none waits",
      async () => {
        for (const { messageId } of sent)
          if ((await reasonOf(messageId)) === "waiting_for_pair") return messageId;
        return undefined;
      },
      30_000,
    );
    const earned = (performance.now() - begun) / 6_000;
    expect((await acceptedFor(shop, phone)).length).toBeLessThanOrEqual(Math.floor(45 + earned));
    await shop.store.query("update webxkey.recipient_paces set next_at = now()");
    await shop.store.query("update webxkey.messages set due_at = now() where message_id = $1", [waiting]);
    await untilState(shop.engine, waiting, "read");
  });

  test("no more people are written to within a day than Meta lets the account, and those already written to are", async () => {
    const known = stranger();
    await untilState(shop.engine, (await order(known)).messageId, "read");
    const [row] = await shop.store.query<{ count: number }>(
      "select count(*)::int as count from webxkey.recipient_paces where workspace_id <> 'cafe'",
    );
    await pace(`recipients_max = ${row?.count}`);
    const late = await order(stranger());
    await untilState(shop.engine, (await order(known)).messageId, "read");
    await until(
      "it was not told to wait",
      async () => (await reasonOf(late.messageId)) === "waiting_for_recipients",
    );
    await pace("recipients_max = 2000");
    await shop.store.query("update webxkey.messages set due_at = now() where message_id = $1", [
      late.messageId,
    ]);
    await untilState(shop.engine, late.messageId, "read");
  });

  test("security messages go first, and a workspace that waits does not keep another waiting", async () => {
    await pace("per_second = 1, paused_until = now() + interval '1 hour'");
    const earlier = await Promise.all([1, 2, 3].map(() => order(stranger())));
    const reset = await publishOne(shop, happened("account.password_reset", { phone: stranger() }));
    const theirs = await order(stranger(), other);
    await untilState(other, theirs.messageId, "read");
    await pace("paused_until = null");
    await untilState(shop.engine, reset.messageId, "read");
    const ids = earlier.map(({ messageId }) => messageId);
    const before = await shop.store.query(
      `select 1 from webxkey.attempts a where a.message_id = any($1)
        and a.started_at <= (select started_at from webxkey.attempts where message_id = $2)`,
      [ids, reset.messageId],
    );
    expect(before).toEqual([]);
    await pace("per_second = 1000");
    for (const id of ids) await untilState(shop.engine, id, "read");
  });
});
