import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { claim, OWNER, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  awayFromTheTurnOfTheHour,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
} from "./shop.ts";

const FLOOR = 3;
const claims = () => ({ claims: [claim()] });

describe.each(STORES)("the burst guard on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      burstFloorPerHour: FLOOR,
      on: ["order-confirmation", "order-shipped", "order-delivered", "password-reset-notice"],
    });
    await shop.engine.call("PUT", "/v1/members/user_operator", { role: "operator" });
    await shop.engine.call("PUT", "/v1/members/user_viewer", { role: "viewer" });
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  beforeEach(() => awayFromTheTurnOfTheHour(shop));

  const tell = (type: "order.placed" | "order.shipped" | "order.delivered", phone = stranger()) =>
    publishOne(shop, happened(type, { phone }), claims());

  /** Fills a rule's hour and answers the message that came one too many. */
  async function overfilled(type: "order.placed" | "order.shipped", phone = stranger()) {
    for (let sent = 0; sent < FLOOR; sent += 1) await tell(type);
    return await tell(type, phone);
  }

  test("holds a rule's message beyond its hour, lets other rules and security notices pass, and a person decides", async () => {
    const [released, cancelled] = [stranger(), stranger()];
    for (let sent = 0; sent < FLOOR; sent += 1)
      expect(await tell("order.placed")).toMatchObject({ state: "queued" });
    const held = await tell("order.placed", released);
    expect(held).toMatchObject({
      state: "held",
      reason: {
        code: "burst_guard",
        sentence: expect.stringMatching(/^Needs your decision: this automation sent far more/),
      },
    });
    expect(await tell("order.shipped")).toMatchObject({ state: "queued" });
    for (let asked = 0; asked < FLOOR + 2; asked += 1) {
      const reset = await publishOne(shop, happened("account.password_reset", { phone: stranger() }));
      expect(reset).toMatchObject({ state: "queued" });
    }

    const other = await tell("order.placed", cancelled);
    const decide = (verdict: "release" | "cancel", messageId: string, as: string) =>
      shop.engine.call("POST", `/v1/messages/${messageId}/${verdict}`, {}, as);
    expect(await decide("release", held.messageId, "user_viewer")).toMatchObject({ status: 403 });
    expect(await decide("cancel", other.messageId, "user_viewer")).toMatchObject({ status: 403 });
    expect(await acceptedFor(shop, released)).toHaveLength(0);

    expect(await decide("release", held.messageId, "user_operator")).toMatchObject({ status: 200 });
    expect(await decide("cancel", other.messageId, OWNER)).toMatchObject({
      status: 200,
      body: { state: "cancelled", reason: { code: "cancelled_by_person" } },
    });
    const { entries } = await untilState(shop.engine, held.messageId, "read");
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: "released", detail: { by: "user_operator" } }),
    );
    expect(await acceptedFor(shop, released)).toHaveLength(1);
    expect(await acceptedFor(shop, cancelled)).toHaveLength(0);

    const verdict = (actor_id: string, role: "released" | "cancelled") =>
      expect.objectContaining({ actor_type: "user", actor_id, action: `message.${role}` });
    expect(await auditOf(shop, held.messageId)).toContainEqual(verdict("user_operator", "released"));
    expect(await auditOf(shop, other.messageId)).toContainEqual(verdict(OWNER, "cancelled"));

    expect(await decide("release", held.messageId, OWNER)).toMatchObject({ status: 409 });
    expect(await decide("release", other.messageId, OWNER)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("cancelled, not held") },
    });
  });

  test("what was held is asked again for consent when a person releases it", async () => {
    const phone = stranger();
    const held = await overfilled("order.shipped", phone);
    expect(held).toMatchObject({ state: "held" });
    await shop.engine.call("PUT", "/v1/members/user_privacy", { role: "privacy_officer" });
    const withdrawn = await shop.engine.call(
      "POST",
      "/v1/consents/withdraw",
      { identity: { kind: "phone", value: phone }, channel: "whatsapp", evidence: "told us by telephone" },
      "user_privacy",
    );
    expect(withdrawn).toMatchObject({ status: 200 });
    await shop.engine.call("POST", `/v1/messages/${held.messageId}/release`);
    const { message } = await untilState(shop.engine, held.messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("a rule that was busier in the last four weeks may send three times as much, and not one more", async () => {
    await shop.store.query(
      `insert into webxkey.rule_hours (workspace_id, rule_id, hour, sends) values
         ('shop', 'order-delivered', date_trunc('hour', now()) - interval '5 days', 2),
         ('shop', 'order-delivered', date_trunc('hour', now()) - interval '29 days', 900)`,
    );
    for (let sent = 0; sent < 6; sent += 1)
      expect(await tell("order.delivered")).toMatchObject({ state: "queued" });
    expect(await tell("order.delivered")).toMatchObject({
      state: "held",
      reason: { code: "burst_guard" },
    });
  });
});
