import { describe, expect, test } from "vitest";
import { claim, connectDemo, STORES, untilState } from "./engine.ts";
import { acceptedFor, auditOf, happened, openShop, publishOne, stranger, until } from "./shop.ts";

const claims = () => ({ claims: [claim()] });

describe.each(STORES)("a number that cannot send on %s", (name) => {
  test("before a number is connected messages are held, and sent once it is", async () => {
    await using shop = await openShop(name, { connected: false });
    const phone = stranger();
    const { intents } = await shop.engine.messaging.notify(
      {
        id: "notice-1",
        source: "/shop/notices",
        purpose: "order-updates",
        entity: { type: "order", ref: "order_held" },
        recipient: { phone, locale: "en" },
        template: "order_shipped",
        params: { customer_name: "Canaryfirst", order_code: "#1", shop_name: "Lucky Shrub" },
        occurredAt: new Date(),
      },
      claims(),
    );
    expect(intents).toMatchObject([
      {
        state: "held",
        reason: {
          code: "sender_missing",
          sentence:
            "Waiting: no WhatsApp number is connected. Connect one in Settings; it will then be sent by itself.",
        },
      },
    ]);
    await connectDemo(shop.engine, []);
    await untilState(shop.engine, intents[0]?.messageId ?? "", "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("with an expired token nothing is lost: messages are held, no more is tried, and all are sent after reconnecting", async () => {
    await using shop = await openShop(name);
    const phones = [stranger(), stranger(), stranger()];
    const expired = await shop.simulator.inject({ kind: "token_expired" });
    const first = await publishOne(shop, happened("order.placed", { phone: phones[0] ?? "" }), claims());
    const { message } = await untilState(shop.engine, first.messageId, "held");
    expect(message.reason).toEqual({
      code: "sender_token_invalid",
      sentence:
        "Waiting for a new access token: Meta no longer accepts the old one. Enter one in Settings; it will then be sent by itself.",
    });
    const { body } = await shop.engine.call<{ senders: { sender_id: string; state: string }[] }>(
      "GET",
      "/v1/senders",
    );
    expect(body.senders).toMatchObject([{ state: "token_invalid" }]);
    expect(await auditOf(shop, body.senders[0]?.sender_id ?? "")).toContainEqual(
      expect.objectContaining({ action: "sender.stopped", outcome: "token_invalid" }),
    );

    const tried = (await shop.simulator.requests()).length;
    const more = [];
    for (const phone of phones.slice(1))
      more.push(await publishOne(shop, happened("order.placed", { phone }), claims()));
    for (const intent of more) {
      expect(intent).toMatchObject({ state: "held", reason: { code: "sender_token_invalid" } });
    }
    expect((await shop.simulator.requests()).length).toBe(tried);
    expect(await shop.simulator.accepted()).toHaveLength(0);

    await expired.remove();
    await connectDemo(shop.engine, []);
    for (const { messageId } of [first, ...more]) await untilState(shop.engine, messageId, "read");
    await until("not each order was told once", async () => {
      const accepted = await shop.simulator.accepted();
      return (
        accepted
          .map(({ phone }) => phone)
          .sort()
          .join() === [...phones].sort().join()
      );
    });
  });
});
