import { describe, expect, test } from "vitest";
import { claim, STORES } from "./engine.ts";
import { auditOf, happened, openShop, publishOne, refOf, stranger } from "./shop.ts";

describe.each(STORES)("what is about an order that the shop deleted, on %s", (name) => {
  test("is cancelled with its reason and an audit entry, once, and nothing else is", async () => {
    await using shop = await openShop(name, { worker: false });
    const order = happened("order.placed", { phone: stranger() });
    const { messageId } = await publishOne(shop, order, { claims: [claim()] });
    const other = await publishOne(shop, happened("order.placed", { phone: stranger() }), {
      claims: [claim()],
    });
    const { withdraw } = shop.engine.messaging;
    const entity = { source: order.source, type: "order", ref: refOf(order) } as const;

    expect(await withdraw({ ...entity, source: "/of/another/shop" })).toBe(0);
    expect(await withdraw({ ...entity, type: "account" })).toBe(0);
    expect(await withdraw(entity)).toBe(1);
    expect(await withdraw(entity)).toBe(0);

    const rows = await shop.store.query<{ message_id: string; state: string; reason_code: string | null }>(
      "select message_id, state, reason_code from webxkey.messages order by created_at",
    );
    expect(rows).toEqual([
      { message_id: messageId, state: "cancelled", reason_code: "entity_deleted" },
      { message_id: other.messageId, state: "queued", reason_code: null },
    ]);
    const cancelled = (await auditOf(shop, messageId)).filter(({ action }) => action === "message.cancelled");
    expect(cancelled).toMatchObject([{ actor_type: "engine", outcome: "entity_deleted" }]);
    expect(await shop.engine.call("GET", `/v1/entities/order/${entity.ref}/timeline`)).toMatchObject({
      body: {
        entries: expect.arrayContaining([
          expect.objectContaining({
            kind: "cancelled",
            sentence: expect.stringContaining("the shop deleted"),
          }),
        ]),
      },
    });
  });
});
