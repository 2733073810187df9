import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, startEngine, untilState, WORDING } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  consentsOf,
  happened,
  openShop,
  publishOne,
  refOf,
  type Shop,
  stranger,
} from "./shop.ts";

describe.each(STORES)("claimed consent on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "payment-captured", "order-shipped"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("a claim that is bound to the order's own phone counts", async () => {
    const phone = stranger();
    const phoneBinding = await shop.engine.messaging.bindPhone(phone);
    const order = happened("order.placed", { phone });
    const { messageId } = await publishOne(shop, order, {
      claims: [{ ...claim(), givenBy: { phoneBinding } }],
    });
    await untilState(shop.engine, messageId, "read");
  });

  test.each([
    [
      "made for another phone",
      async () => ({ givenBy: { phoneBinding: await shop.engine.messaging.bindPhone(stranger()) } }),
      "other_phone",
    ],
    ["with a binding that is made up", async () => ({ givenBy: { phoneBinding: "AAAA" } }), "other_phone"],
    [
      "of a buyer whose parcel goes to another phone",
      async () => ({ givenBy: { phones: [stranger()] } }),
      "other_phone",
    ],
    ["of nobody", async () => ({ givenBy: { phones: [] } }), "other_phone"],
    ["of a wording nobody knows", async () => ({ wordingId: "newsletter" }), "unknown_wording"],
    ["of a version nobody knows", async () => ({ wordingVersion: "1999-01" }), "unknown_wording"],
    ["of a language nobody knows", async () => ({ wordingLanguage: "tlh" }), "unknown_wording"],
  ])(
    "a claim %s is refused, seen in the audit, and nothing is sent (D 2.2)",
    async (_what, change, outcome) => {
      const phone = stranger();
      const order = happened("order.placed", { phone });
      const claims = [{ ...claim(), ...(await change()) }];
      const { eventId, intents } = await shop.engine.messaging.publish(order, { claims });
      expect(intents).toMatchObject([{ state: "blocked", reason: { code: "no_consent" } }]);
      expect(await auditOf(shop, eventId)).toMatchObject([
        { action: "consent.claim_refused", outcome },
        { action: "event.received" },
      ]);
      expect(await consentsOf(shop, order)).toEqual([]);
      expect(await acceptedFor(shop, phone)).toHaveLength(0);
    },
  );

  test("a good claim beside a refused one counts", async () => {
    const claims = [{ ...claim(), wordingId: "newsletter" }, claim()];
    const intent = await publishOne(shop, happened("order.placed", { phone: stranger() }), { claims });
    expect(intent).toMatchObject({ state: "queued" });
  });

  test("the same claim on later events of the order is recorded once", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    const later = [happened("order.paid", { phone, ref: refOf(order) }), order];
    await publishOne(shop, order, { claims: [claim(), claim()] });
    for (const event of later) await publishOne(shop, event, { claims: [claim()] });
    expect(await consentsOf(shop, order)).toEqual(["order-updates given claimed"]);
  });

  test("two events of an order at once record their claim once", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    const paid = happened("order.paid", { phone, ref: refOf(order) });
    await Promise.all([order, paid].map((event) => publishOne(shop, event, { claims: [claim()] })));
    expect(await consentsOf(shop, order)).toEqual(["order-updates given claimed"]);
  });

  test("without a phone there is nobody to claim for", async () => {
    const order = happened("order.placed", { phoneProblem: "missing" });
    expect(await publishOne(shop, order, { claims: [claim()] })).toMatchObject({
      reason: { code: "phone_missing" },
    });
  });

  test("a changed text under an old version is refused at the migration, a new version is taken", async () => {
    const { storage, simulator } = shop;
    const changed = { ...WORDING, text: `${WORDING.text} And about our offers.` };
    await expect(startEngine({ storage, simulator, wordings: [changed] })).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.stringContaining("give the new text a new version"),
    });
    await using _newer = await startEngine({
      storage,
      simulator,
      wordings: [{ ...changed, version: "2027-01" }],
    });
    const words = await shop.store.query("select version from webxkey.wordings order by version");
    expect(words).toEqual([{ version: WORDING.version }, { version: "2027-01" }]);
  });
});
