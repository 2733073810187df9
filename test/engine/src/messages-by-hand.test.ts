import type { MessageSummary } from "@webxkey/core/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  awayFromTheTurnOfTheHour,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  stranger,
} from "./shop.ts";

const claims = () => ({ claims: [claim()] });

describe.each(STORES)("what a person decides about messages on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "order-shipped", "password-reset-notice"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const post = <Body = MessageSummary & { detail: string }>(path: string, body: object = {}, as?: string) =>
    shop.engine.call<Body>("POST", `/v1/messages/${path}`, body, as);
  const shown = async (messageId: string) =>
    (await shop.engine.call<{ message: MessageSummary }>("GET", `/v1/messages/${messageId}/timeline`)).body
      .message;

  /** An order whose message failed for good, though nothing is wrong with it. */
  async function failed(phone: string) {
    await shop.simulator.inject({ kind: "failed_status", code: 131026, count: 1, phone });
    const { messageId } = await publishOne(shop, happened("order.placed", { phone }), claims());
    await untilState(shop.engine, messageId, "failed");
    return messageId;
  }

  test("a failed message is sent again as a new attempt of the same message (D 5.2)", async () => {
    const phone = stranger();
    const messageId = await failed(phone);
    expect((await shown(messageId)).actions).toEqual(["resend"]);
    expect(await post(`${messageId}/resend`)).toMatchObject({ status: 200, body: { message_id: messageId } });
    const { entries } = await untilState(shop.engine, messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(2);
    expect(entries.map(({ sentence }) => sentence)).toContain("A colleague sent it again.");
    expect(await auditOf(shop, messageId)).toContainEqual(
      expect.objectContaining({ actor_type: "user", action: "message.resend_requested", outcome: "queued" }),
    );
    expect(await post(`${messageId}/resend`)).toMatchObject({
      status: 409,
      body: { detail: "It was delivered and read, so it is not sent again." },
    });
  });

  test("nothing is sent again to a person who opted out, and the answer says so (D 5.2)", async () => {
    const phone = stranger();
    const messageId = await failed(phone);
    await says(shop, { phone, text: "STOP" });
    expect(await post(`${messageId}/resend`)).toMatchObject({
      status: 409,
      body: { detail: "Not sent: the customer opted out. They can opt in again by writing START." },
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test.each([
    [
      "its news is no longer useful",
      "expires_at = now() - interval '1 minute'",
      /^It cannot be sent again: its news was useful until /,
    ],
    [
      "its values are gone",
      "params_sealed = null",
      /^It cannot be sent again: its values are no longer kept\.$/,
    ],
    ["the shop asked not to notify", "reason_code = 'do_not_notify'", /the shop asked not to notify/],
  ])("a message is not sent again when %s, and the answer says so (D 5.2)", async (_why, set, sentence) => {
    const messageId = await failed(stranger());
    await shop.store.query(`update webxkey.messages set ${set} where message_id = $1`, [messageId]);
    expect((await shown(messageId)).actions).toEqual([]);
    expect(await post(`${messageId}/resend`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(sentence) },
    });
  });

  test("a message that was blocked for want of consent is not sent again while there is none (D 5.2)", async () => {
    const { messageId } = await publishOne(shop, happened("order.placed", { phone: stranger() }));
    expect(await shown(messageId)).toMatchObject({ state: "blocked", reason: { code: "no_consent" } });
    expect(await post(`${messageId}/resend`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("not opted in") },
    });
  });

  test("a held message that ends by itself is not released, because it would be held again (D 9.6)", async () => {
    await shop.store.query("update webxkey.templates set status = 'PAUSED' where name = 'order_shipped'");
    const { messageId } = await publishOne(shop, happened("order.shipped", { phone: stranger() }), claims());
    expect(await shown(messageId)).toMatchObject({ state: "held", actions: ["cancel"] });
    expect(await post(`${messageId}/release`)).toMatchObject({
      status: 409,
      body: {
        detail: expect.stringMatching(/^The message is sent by itself once that is mended\. Waiting: /),
      },
    });
    expect(await post(`${messageId}/cancel`)).toMatchObject({ status: 200, body: { state: "cancelled" } });
  });
});

describe.each(STORES)("the limit of a rule's hour on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "order-shipped"], worker: false });
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  beforeEach(() => awayFromTheTurnOfTheHour(shop));

  test("is set for a workspace, and what it held is listed, released and cancelled at once (D 9.6)", async () => {
    expect(await shop.engine.call("PATCH", "/v1/settings", { burst_per_hour: 2 })).toMatchObject({
      status: 200,
      body: { burst_per_hour: 2 },
    });
    const told = [];
    for (let order = 0; order < 7; order += 1) {
      told.push(await publishOne(shop, happened("order.placed", { phone: stranger() }), claims()));
    }
    const held = told.filter(({ state }) => state === "held").map(({ messageId }) => messageId);
    expect(held).toHaveLength(5);

    const waiting = await shop.engine.call<{ messages: MessageSummary[] }>(
      "GET",
      "/v1/messages?hold=needs_decision&reason=burst_guard&rule_id=order-confirmation",
    );
    expect(waiting.body.messages.map(({ message_id }) => message_id).sort()).toEqual([...held].sort());
    const decide = (verb: string, body: object) =>
      shop.engine.call<{ message_ids: string[]; more: boolean }>("POST", `/v1/messages/${verb}`, body);
    expect(await decide("cancel", { message_ids: held.slice(0, 2) })).toMatchObject({
      status: 200,
      body: { message_ids: held.slice(0, 2).sort(), more: false },
    });
    expect(
      (await decide("release", { reason: "burst_guard", rule_id: "order-shipped" })).body.message_ids,
    ).toEqual([]);
    const released = await decide("release", { reason: "burst_guard", rule_id: "order-confirmation" });
    expect(released.body.message_ids.sort()).toEqual(held.slice(2).sort());
    for (const messageId of held.slice(2)) {
      expect(await auditOf(shop, messageId)).toContainEqual(
        expect.objectContaining({ actor_type: "user", action: "message.released" }),
      );
    }
    expect(await decide("release", { reason: "burst_gard" })).toMatchObject({
      status: 400,
      body: { detail: 'There is no reason "burst_gard". Did you mean "burst_guard"?' },
    });
    expect(await decide("release", {})).toMatchObject({ status: 400 });
    expect(await shop.engine.call("PATCH", "/v1/settings", { burst_per_hour: 0 })).toMatchObject({
      status: 400,
    });
  });
});
