import { type StatusName, statusWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, connectDemo, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  askForChore,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
  until,
  untilReason,
  webhooksApplied,
} from "./shop.ts";
import { deliver, quietSimulator, untilApplied } from "./webhooks.ts";

/** What Meta calls temporary: each may come as an answer or, after Meta had accepted the message, as a status. */
const TEMPORARY = [131000, 131016, 1, 2, 131056, 130429, 131057, 133015, 134101];
/** Stops of the number or its account. */
const ACCOUNT_STOPS = [131042, 131031, 368, 131045];

const claims = () => ({ claims: [claim()] });
const order = (shop: Shop, phone = stranger()) =>
  publishOne(shop, happened("order.placed", { phone }), claims());

const rowOf = async ({ store }: Shop, messageId: string) =>
  (
    await store.query<{ state: string; reason_code: string; kept: boolean; attempt_id: string; n: number }>(
      `select state, reason_code, params_sealed is not null as kept, attempt_id, attempts as n
       from webxkey.messages where message_id = $1`,
      [messageId],
    )
  )[0];

describe.each(STORES)("a failure that comes as a status on %s", (name) => {
  test("that Meta calls temporary is tried again, since Meta did not deliver the message (D 5.2)", async () => {
    // What Meta asks to wait is cut short: the waits themselves are tested with the error table.
    await using shop = await openShop(name, { windows: { metaWaitMsMax: 50 } });
    const told = await Promise.all(
      TEMPORARY.map(async (code) => {
        const phone = stranger();
        await shop.simulator.inject({ kind: "failed_status", code, count: 1, phone });
        return { code, phone, messageId: (await order(shop, phone)).messageId };
      }),
    );
    for (const { code, phone, messageId } of told) {
      const { entries } = await untilState(shop.engine, messageId, "read");
      expect(await acceptedFor(shop, phone), `${code}`).toHaveLength(2);
      expect(entries.map(({ sentence }) => sentence)).toContain(
        "Meta could not deliver it, so it is tried again.",
      );
      expect(await auditOf(shop, messageId)).toContainEqual(
        expect.objectContaining({ action: "message.retried" }),
      );
    }
    // Meta took each twice and delivered it once.
    expect(await shop.store.query("select 1 from webxkey.messages where duplicated_at is not null")).toEqual(
      [],
    );
  });

  test("that stops the account stops the number, and no other order is burnt (D 10.5)", async () => {
    await using shop = await openShop(name);
    for (const code of ACCOUNT_STOPS) {
      const fault = await shop.simulator.inject({ kind: "failed_status", code });
      const before = (await shop.simulator.accepted()).length;
      const first = await order(shop);
      await untilReason(shop, first.messageId, "waiting_for_sender");
      const more = [await order(shop), await order(shop)];
      await webhooksApplied(shop);
      expect((await shop.simulator.accepted()).length, `${code}`).toBe(before + 1);
      await fault.remove();
      await connectDemo(shop.engine, []);
      for (const { messageId } of [first, ...more]) await untilState(shop.engine, messageId, "read");
    }
  });

  test("is not tried again past the news' usefulness, and the sentence promises nothing (D 5.2)", async () => {
    await using shop = await openShop(name);
    await shop.simulator.inject({ kind: "failed_status", code: 131049, count: 1 });
    // 131049 asks to wait for 24 hours, and this order's news is useful for less.
    const { messageId } = await order(shop);
    const { message } = await untilState(shop.engine, messageId, "failed");
    expect(message.reason?.sentence).toMatch(/no time left to try it again\.$/);
    expect(message.reason?.sentence).not.toMatch(/is tried again/);
  });

  test("again and again ends after a few tries with a sentence that promises nothing (D 5.2)", async () => {
    await using shop = await openShop(name, { windows: { metaWaitMsMax: 20 } });
    await shop.simulator.inject({ kind: "failed_status", code: 131000 });
    const phone = stranger();
    const { messageId } = await order(shop, phone);
    const { message } = await untilState(shop.engine, messageId, "failed");
    expect(message.reason).toMatchObject({ code: "attempts_exhausted" });
    expect(message.reason?.sentence).not.toMatch(/is tried again/);
    expect(await acceptedFor(shop, phone)).toHaveLength(8);
  });

  test("that is final ends the message at once (D 5.2)", async () => {
    await using shop = await openShop(name);
    await shop.simulator.inject({ kind: "failed_status", code: 131026, count: 1 });
    const phone = stranger();
    const { messageId } = await order(shop, phone);
    await untilState(shop.engine, messageId, "failed");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  describe("in any order with the others", () => {
    let shop: Shop;
    beforeAll(async () => {
      shop = await openShop(name, { simulator: await quietSimulator() });
    });
    afterAll(() => shop[Symbol.asyncDispose]());

    /** An accepted message of which Meta has said nothing yet. */
    async function accepted() {
      const { messageId } = await order(shop);
      await untilState(shop.engine, messageId, "accepted");
      const { attempt_id } = (await rowOf(shop, messageId)) ?? { attempt_id: "" };
      const say = async (status: StatusName, more: object = {}, attemptId = attempt_id) => {
        const body = statusWebhook({
          status,
          wamid: `wamid.${attemptId}`,
          callbackData: `v1.${attemptId}`,
          atSeconds: Math.floor(Date.now() / 1_000),
          ...(status === "failed" && { errorCode: 131000 }),
          ...more,
        });
        expect(await deliver(shop.engine, body)).toBe(200);
        await untilApplied(shop.store);
      };
      return { messageId, say, attemptId: attempt_id };
    }

    /** A message that is at Meta twice: its first attempt was silent, and both have no status yet. */
    async function acceptedTwice() {
      const one = await accepted();
      await shop.store.query("update webxkey.attempts set outcome = 'unknown' where attempt_id = $1", [
        one.attemptId,
      ]);
      await sendAgain(one.messageId);
      const second = (await rowOf(shop, one.messageId))?.attempt_id ?? "";
      const say = (attempt: "1" | "2", status: StatusName) =>
        one.say(status, {}, attempt === "1" ? one.attemptId : second);
      return { messageId: one.messageId, say };
    }

    async function sendAgain(messageId: string): Promise<void> {
      await shop.store.query(
        "update webxkey.messages set state = 'queued', due_at = now() where message_id = $1",
        [messageId],
      );
      await until("the second attempt", async () => {
        const row = await rowOf(shop, messageId);
        return row?.state === "accepted" && row.n === 2;
      });
    }

    test.each<[StatusName[], string]>([
      [["failed"], "queued"],
      [["sent", "failed"], "queued"],
      [["failed", "sent"], "queued"],
      [["failed", "delivered"], "delivered"],
      [["delivered", "failed"], "delivered"],
      [["read", "failed", "sent"], "read"],
      [["failed", "read", "sent"], "read"],
    ])("%j ends as %s (D 5.2)", async (statuses, state) => {
      const { messageId, say } = await accepted();
      for (const status of statuses) await say(status);
      expect(await rowOf(shop, messageId)).toMatchObject({ state, n: 1 });
    });

    test.each([
      ["1 failed, 2 failed", "queued"],
      ["2 failed, 1 failed", "queued"],
      ["1 sent, 2 failed, 1 failed", "queued"],
      ["1 sent, 2 sent, 1 failed, 2 failed", "queued"],
      ["2 failed, 1 delivered", "delivered"],
      ["1 failed, 2 sent", "sent"],
    ])(
      "of two attempts (%s) ends as %s: it is tried again once neither can have arrived (D 5.2)",
      async (told, state) => {
        const { messageId, say } = await acceptedTwice();
        for (const one of told.split(", ")) {
          const [attempt, status] = one.split(" ") as ["1" | "2", StatusName];
          await say(attempt, status);
        }
        expect(await rowOf(shop, messageId)).toMatchObject({ state, n: 2 });
      },
    );

    test("that comes a day late stops and delays nothing that was mended meanwhile (D 5.2)", async () => {
      const late = { atSeconds: Math.floor(Date.now() / 1_000) - 23 * 3_600 };
      for (const errorCode of [131042, 131031, 190, 132015, 131048]) {
        const { messageId, say } = await accepted();
        await say("failed", { ...late, errorCode });
        await until(`${errorCode} is not tried again`, async () => (await rowOf(shop, messageId))?.n === 2);
        await accepted();
      }
    });

    test("of a message that somebody cancelled meanwhile leaves it cancelled (D 5.2)", async () => {
      const { messageId, say } = await accepted();
      await say("failed");
      expect((await shop.engine.call("POST", `/v1/messages/${messageId}/cancel`)).status).toBe(200);
      await say("failed", { atSeconds: Math.floor(Date.now() / 1_000) + 1 });
      expect(await rowOf(shop, messageId)).toMatchObject({
        state: "cancelled",
        reason_code: "cancelled_by_person",
      });
    });

    test("said twice is one failure (D 5.2)", async () => {
      const { messageId, say } = await accepted();
      await say("failed");
      const audited = async () =>
        (await auditOf(shop, messageId)).filter(({ action }) => action === "message.retried").length;
      await say("failed", { atSeconds: Math.floor(Date.now() / 1_000) + 1 });
      expect(await rowOf(shop, messageId)).toMatchObject({ state: "queued" });
      expect(await audited()).toBe(1);
    });

    test("of an earlier attempt says nothing of the one under way (D 5.2)", async () => {
      const { messageId, say } = await accepted();
      await say("failed");
      await shop.store.query("update webxkey.messages set due_at = now() where message_id = $1", [messageId]);
      await until("the second attempt", async () => {
        const row = await rowOf(shop, messageId);
        return row?.state === "accepted" && row.n === 2;
      });
      await say("failed", { errorCode: 131026, atSeconds: Math.floor(Date.now() / 1_000) + 2 });
      expect(await rowOf(shop, messageId)).toMatchObject({ state: "accepted", n: 2 });
    });
  });
});

describe.each(STORES)("a message's values on %s", (name) => {
  test("stay sealed after the message was read, and are dropped 90 days after its end and not before (D 5.2)", async () => {
    await using shop = await openShop(name);
    const [old, recent] = [await order(shop), await order(shop)];
    for (const { messageId } of [old, recent]) {
      await untilState(shop.engine, messageId, "read");
      expect(await rowOf(shop, messageId)).toMatchObject({ kept: true });
    }
    const ended = (messageId: string, days: number) =>
      shop.store.query(
        `update webxkey.messages set created_at = now() - interval '100 days',
           updated_at = now() - make_interval(days => $2::int) where message_id = $1`,
        [messageId, days],
      );
    await ended(old.messageId, 91);
    await ended(recent.messageId, 89);
    await askForChore(shop, "drop-old-values");
    await until("the values are still there", async () => (await rowOf(shop, old.messageId))?.kept === false);
    expect(await rowOf(shop, recent.messageId)).toMatchObject({ kept: true });
    expect(await auditOf(shop, "shop")).toContainEqual(
      expect.objectContaining({ action: "messages.values_dropped", outcome: "1" }),
    );
  });

  test("of a security notice go with the POST, because it may carry a code that works once (D 5.2)", async () => {
    await using shop = await openShop(name, { on: ["password-reset-notice"] });
    const { messageId } = await publishOne(shop, happened("account.password_reset", { phone: stranger() }));
    await untilState(shop.engine, messageId, "read");
    expect(await rowOf(shop, messageId)).toMatchObject({ kept: false });
  });
});
