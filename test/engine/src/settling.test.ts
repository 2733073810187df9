import { statusWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  askForChore,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  stranger,
  until,
  webhooksApplied,
} from "./shop.ts";

/** Meta tells whole seconds, so that half of this must be more than one. */
const SETTLE_MS = 2_500;

const claims = () => ({ claims: [claim()] });

describe.each(STORES)("an unknown outcome, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      windows: { settleMs: SETTLE_MS, metaWaitMsMax: 50 },
      on: ["order-confirmation", "order-refunded"],
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** An order whose request Meta was given and whose answer and statuses nobody sees. */
  async function silent(kind: "reset_before" | "reset_after") {
    const phone = stranger();
    // Before it has read the request the simulator does not know for whom it is.
    await shop.simulator.inject({ kind, count: 1, ...(kind === "reset_after" && { phone }) });
    if (kind === "reset_after") await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    const { messageId } = await publishOne(shop, happened("order.placed", { phone }), claims());
    await untilState(shop.engine, messageId, "unknown");
    return { phone, messageId };
  }

  /** Another message of the same number is read: its webhooks arrive. */
  async function pulse(): Promise<void> {
    const { messageId } = await publishOne(shop, happened("order.placed", { phone: stranger() }), claims());
    await untilState(shop.engine, messageId, "read");
  }

  /** Goes on with other messages of the number until this one is settled; until it is in a certain state where one is named. */
  async function settled(messageId: string, wanted?: string): Promise<void> {
    await until(
      "it was not settled",
      async () => {
        await pulse();
        const [row] = await shop.store.query<{ state: string }>(
          "select state from webxkey.messages where message_id = $1",
          [messageId],
        );
        return wanted ? row?.state === wanted : row?.state !== "unknown";
      },
      30_000,
    );
  }

  test("is sent once more after the settle window, when others of its number are heard of and it is not", async () => {
    const { phone, messageId } = await silent("reset_before");
    await settled(messageId);
    const { entries } = await untilState(shop.engine, messageId, "read");
    expect(entries.map(({ kind }) => kind)).toContain("settled");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
    expect((await auditOf(shop, messageId)).map(({ action }) => action)).toContain("message.resent");
    expect(await duplicated(messageId)).toBe(false);
  });

  test("waits as long as nothing is heard of its number", async () => {
    const { phone, messageId } = await silent("reset_after");
    await until("the window did not pass", async () => {
      const rows = await shop.store.query(
        "select 1 from webxkey.attempts where message_id = $1 and started_at < now() - make_interval(secs => $2)",
        [messageId, (2 * SETTLE_MS) / 1_000],
      );
      return rows.length > 0;
    });
    await untilState(shop.engine, messageId, "unknown");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
    // Its status comes after all.
    const [accepted] = await acceptedFor(shop, phone);
    await deliverStatus("delivered", accepted?.wamid ?? "", accepted?.callbackData ?? "");
    await untilState(shop.engine, messageId, "delivered");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("whose status comes later than the window is a duplicate that is counted and shown, never hidden", async () => {
    const { phone, messageId } = await silent("reset_after");
    await settled(messageId);
    await untilState(shop.engine, messageId, "read");
    const [first, second] = await acceptedFor(shop, phone);
    expect(second).toBeDefined();
    expect(await duplicated(messageId)).toBe(false);
    await deliverStatus("sent", first?.wamid ?? "", first?.callbackData ?? "");
    await webhooksApplied(shop);
    expect(await duplicated(messageId)).toBe(true);
    expect((await auditOf(shop, messageId)).map(({ action }) => action)).toContain("message.duplicated");
    const { entries } = await untilState(shop.engine, messageId, "read");
    expect(entries.map(({ sentence }) => sentence)).toContain(
      "Meta accepted this message twice: the first status arrived after we had stopped waiting and sent it again.",
    );
  });

  test("about money is not sent again by itself: a person asks and decides", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
    await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    const { messageId } = await publishOne(shop, happened("order.refunded", { phone }), claims());
    await untilState(shop.engine, messageId, "unknown");
    await settled(messageId);
    const { message } = await untilState(shop.engine, messageId, "held");
    expect(message.reason?.code).toBe("outcome_parked");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
    expect((await shop.engine.call("POST", `/v1/messages/${messageId}/cancel`)).status).toBe(200);
    await untilState(shop.engine, messageId, "cancelled");
  });

  test("that waits for a person is sent once more when one releases it (D 10.3)", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
    await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    const { messageId } = await publishOne(shop, happened("order.refunded", { phone }), claims());
    await untilState(shop.engine, messageId, "unknown");
    await settled(messageId);
    expect((await untilState(shop.engine, messageId, "held")).message.reason?.code).toBe("outcome_parked");
    expect((await shop.engine.call("POST", `/v1/messages/${messageId}/release`)).status).toBe(200);
    await untilState(shop.engine, messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(2);
  });

  test("that is silent twice is parked", async () => {
    const { messageId, phone } = await silent("reset_after");
    await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
    await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    await settled(messageId, "held");
    expect((await untilState(shop.engine, messageId, "held")).message.reason?.code).toBe("outcome_parked");
  });

  test("that Meta then said had failed was not silent: the next silence is its first (D 10.3)", async () => {
    const { messageId, phone } = await silent("reset_after");
    await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
    await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    const [heardOf] = await acceptedFor(shop, phone);
    await deliverStatus("failed", heardOf?.wamid ?? "", heardOf?.callbackData ?? "");
    await until("it was not tried again", async () => (await acceptedFor(shop, phone)).length === 2);
    await untilState(shop.engine, messageId, "unknown");
    await settled(messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(3);
  });

  test("is not sent again to a person who opted out meanwhile", async () => {
    const { phone, messageId } = await silent("reset_before");
    await says(shop, { phone, text: "STOP" });
    await settled(messageId);
    expect((await untilState(shop.engine, messageId, "blocked")).message.reason?.code).toBe(
      "consent_withdrawn",
    );
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("is not sent again when the news is no longer useful", async () => {
    const { messageId } = await silent("reset_before");
    await shop.store.query("update webxkey.messages set expires_at = now() where message_id = $1", [
      messageId,
    ]);
    await settled(messageId);
    expect((await untilState(shop.engine, messageId, "expired")).message.reason?.code).toBe(
      "expired_unsettled",
    );
  });

  test("is waited for twice as long as a number's statuses have needed", async () => {
    await pulse();
    await shop.store.query(
      "update webxkey.attempts set finished_at = now() - interval '1 hour' where outcome = 'accepted'",
    );
    // It was there all the time: what an outage of our own delays is not counted.
    await shop.store.query("update webxkey.receiver_uptimes set began_at = began_at - interval '2 hours'");
    await askForChore(shop, "tune-settle-windows");
    // Twice an hour is more than a status is ever waited for. The hourly chore may have measured before.
    await until("the window is not the longest that there is", async () => {
      const rows = await shop.store.query<{ settle_ms: number | null }>(
        "select settle_ms from webxkey.sender_pulses",
      );
      return rows[0]?.settle_ms === 3_600_000;
    });
  });

  async function duplicated(messageId: string): Promise<boolean> {
    const rows = await shop.store.query(
      "select 1 from webxkey.messages where message_id = $1 and duplicated_at is not null",
      [messageId],
    );
    return rows.length > 0;
  }

  async function deliverStatus(
    status: "sent" | "delivered" | "failed",
    wamid: string,
    callbackData: string,
  ): Promise<void> {
    const atSeconds = Math.floor(Date.now() / 1_000);
    const error = status === "failed" && { errorCode: 131000 };
    await shop.simulator.deliver(statusWebhook({ status, wamid, callbackData, atSeconds, ...error }));
  }
});
