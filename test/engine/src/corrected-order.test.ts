import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import { acceptedFor, happened, openShop, publishOne, type Shop, stranger } from "./shop.ts";

describe.each(STORES)("an order whose phone was corrected, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "order-shipped"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test.each(["missing", "unparseable"] as const)(
    "is not told again of what happened before, as the sentence of a phone that is %s says, and hears later news (D 9.9)",
    async (phoneProblem) => {
      const [phone, ref] = [stranger(), `corrected_${phoneProblem}`];
      const placed = await publishOne(shop, happened("order.placed", { ref, phoneProblem }));
      expect(placed.reason?.sentence).toMatch(/in the order: later messages about it will be sent\.$/);
      const again = await shop.engine.messaging.publish(happened("order.placed", { ref, phone }), {
        claims: [claim()],
      });
      expect(again).toMatchObject({ seenBefore: true, intents: [{ state: "blocked" }] });
      const shipped = await publishOne(shop, happened("order.shipped", { ref, phone }), {
        claims: [claim()],
      });
      await untilState(shop.engine, shipped.messageId, "read");
      expect(await acceptedFor(shop, phone)).toHaveLength(1);
    },
  );
});
