import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, type Timeline, WORDING } from "./engine.ts";
import {
  consentsOf,
  happened,
  openShop,
  publishOne,
  refOf,
  type Shop,
  says,
  secondsAgo,
  stranger,
} from "./shop.ts";

const FIELD = {
  wordingId: WORDING.id,
  wordingVersion: WORDING.version,
  wordingLanguage: WORDING.language,
  evidence: "order 7, field box",
};

interface Consent {
  readonly method: string;
  readonly state: string;
  readonly occurred_at: string;
}

describe.each(STORES)("the consent field of an order that is edited later, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "payment-captured"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const ticked = () => ({ claims: [{ ...claim(), isTimeOfOrder: true, occurredAt: secondsAgo(3_600) }] });
  const unticked = { takenBack: [FIELD] };
  const tickedBy = (phone: string) => ({
    claims: ticked().claims.map((one) => ({ ...one, givenBy: { phones: [phone] } })),
  });
  const acts = (phone: string) => {
    const placed = happened("order.placed", { phone });
    return { placed, paid: happened("order.paid", { phone, ref: refOf(placed) }) };
  };
  const recordsOf = async (event: Parameters<typeof refOf>[0]) => {
    const { body } = await shop.engine.call<{ consents: Consent[] }>(
      "GET",
      `/v1/consents?entity_type=order&entity_ref=${refOf(event)}`,
    );
    return body.consents;
  };

  test("a box that is cleared stops what is still to be told of that order, and of no other (D 9.14)", async () => {
    const phone = stranger();
    const [one, other] = [acts(phone), acts(phone)];
    for (const { placed } of [one, other])
      expect(await publishOne(shop, placed, ticked())).toMatchObject({ state: "queued" });
    expect(await publishOne(shop, one.paid, unticked)).toMatchObject({
      state: "blocked",
      reason: { code: "consent_unticked" },
    });
    expect(await publishOne(shop, other.paid, ticked())).toMatchObject({ state: "queued" });
    expect(await consentsOf(shop, one.placed)).toContain("order-updates withdrawn claimed");
  });

  test("an event that was seen before takes the consent back too, once (D 9.14)", async () => {
    const { placed, paid } = acts(stranger());
    await publishOne(shop, placed, ticked());
    for (const _ of [1, 2]) await shop.engine.messaging.publish(placed, unticked);
    expect((await recordsOf(placed)).map(({ method }) => method)).toEqual(["checkout_box", "box_unticked"]);
    expect(await publishOne(shop, paid)).toMatchObject({ reason: { code: "consent_unticked" } });
  });

  test("a box that was never ticked takes nothing back (D 9.14)", async () => {
    const phone = stranger();
    const [earlier, { placed }] = [acts(phone), acts(phone)];
    await publishOne(shop, earlier.placed, ticked());
    await says(shop, { phone, text: "START" });
    expect(await publishOne(shop, placed, unticked)).toMatchObject({ state: "queued" });
    expect(await consentsOf(shop, placed)).not.toContain("order-updates withdrawn claimed");
  });

  test("a box that is ticked after the order has that time, and is not the buyer's tick (D 9.14)", async () => {
    const { placed, paid } = acts(stranger());
    await publishOne(shop, placed, unticked);
    const before = new Date();
    expect(await publishOne(shop, paid, ticked())).toMatchObject({ state: "queued" });
    const [record] = await recordsOf(placed);
    expect(record?.method).toBe("ticked_later");
    expect(new Date(record?.occurred_at ?? 0).getTime()).toBeGreaterThanOrEqual(before.getTime());
  });

  test("a box that is ticked again counts for its order, and lifts no STOP (D 9.14)", async () => {
    const phone = stranger();
    const [{ placed, paid }, stopped] = [acts(phone), acts(phone)];
    await publishOne(shop, placed, ticked());
    await shop.engine.messaging.publish(placed, unticked);
    expect(await publishOne(shop, paid, ticked())).toMatchObject({ state: "queued" });
    await publishOne(shop, stopped.placed, ticked());
    await says(shop, { phone, text: "STOP" });
    await shop.engine.messaging.publish(stopped.placed, unticked);
    expect(await publishOne(shop, stopped.paid, ticked())).toMatchObject({
      reason: { code: "consent_withdrawn" },
    });
  });

  test("an edit alone takes back what was claimed for the order, of whomever, and gives it again (D 9.14)", async () => {
    const [phone, corrected] = [stranger(), stranger()];
    const { placed, paid } = acts(phone);
    const order = { source: placed.source, type: "order", ref: refOf(placed) } as const;
    const { messaging } = shop.engine;
    await messaging.recordConsentEdit({ ...order, phone }, tickedBy(phone));
    expect(await publishOne(shop, placed, ticked())).toMatchObject({ state: "queued" });
    expect((await recordsOf(placed)).map(({ method }) => method)).toEqual(["checkout_box"]);

    // Whoever corrects the phone in the same save takes back what the first phone was told by.
    await messaging.recordConsentEdit({ ...order, phone: corrected }, unticked);
    await messaging.recordConsentEdit({ ...order, phone: corrected }, unticked);
    expect((await recordsOf(placed)).map(({ method }) => method)).toEqual(["checkout_box", "box_unticked"]);

    await messaging.recordConsentEdit({ ...order, phone }, tickedBy(phone));
    await messaging.recordConsentEdit({ ...order, phone }, tickedBy(phone));
    expect((await recordsOf(placed)).map(({ method }) => method)).toEqual([
      "checkout_box",
      "box_unticked",
      "ticked_later",
    ]);
    expect(await publishOne(shop, paid)).toMatchObject({ state: "queued" });
  });

  test("the next message of an order whose field alone was edited is not sent (D 9.14)", async () => {
    const phone = stranger();
    const { placed, paid } = acts(phone);
    const order = { source: placed.source, type: "order", ref: refOf(placed), phone } as const;
    await publishOne(shop, placed, ticked());
    await shop.engine.messaging.recordConsentEdit(order, unticked);
    expect(await publishOne(shop, paid)).toMatchObject({
      state: "blocked",
      reason: { code: "consent_unticked" },
    });
  });

  test("an edit by staff lifts no STOP, and its records stand in the audit (D 9.14)", async () => {
    const phone = stranger();
    const { placed, paid } = acts(phone);
    const order = { source: placed.source, type: "order", ref: refOf(placed), phone } as const;
    await publishOne(shop, placed, ticked());
    await says(shop, { phone, text: "STOP" });
    for (const field of [unticked, tickedBy(phone), unticked, tickedBy(phone)])
      await shop.engine.messaging.recordConsentEdit(order, field);
    expect(await publishOne(shop, paid, ticked())).toMatchObject({ reason: { code: "consent_withdrawn" } });
    expect((await shop.engine.call<{ ok: boolean }>("POST", "/v1/audit/verify")).body).toMatchObject({
      ok: true,
    });
  });

  test("what is no consent grants nothing, and the order's timeline says why (D 2.3)", async () => {
    for (const [unusableClaim, why] of [
      ["malformed", "not in the form of a consent"],
      ["not_offered", "not offered by the shop"],
    ] as const) {
      const { placed } = acts(stranger());
      expect(await publishOne(shop, placed, { unusableClaim })).toMatchObject({
        reason: { code: "no_consent" },
      });
      const { body } = await shop.engine.call<Timeline>(
        "GET",
        `/v1/entities/order/${refOf(placed)}/timeline`,
      );
      expect(body.entries.map(({ sentence }) => sentence).join(" ")).toContain(why);
    }
  });

  test("a claim of tomorrow is a claim of now (D 2.3)", async () => {
    const { placed } = acts(stranger());
    await publishOne(shop, placed, { claims: [{ ...claim(), occurredAt: new Date("2099-01-01") }] });
    const [record] = await recordsOf(placed);
    expect(new Date(record?.occurred_at ?? 0).getTime()).toBeLessThanOrEqual(Date.now());
  });
});
