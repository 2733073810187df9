import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  secondsAgo,
  stranger,
  webhooksApplied,
} from "./shop.ts";

const UNCLEAR = "stop?";

describe.each(STORES)("a message that may mean stop, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const publish = (phone: string) =>
    publishOne(shop, happened("order.placed", { phone }), { claims: [claim()] });
  const cases = async () =>
    (
      await shop.engine.call<{ unsure: { case_id: string; text: string; from: string; held: number }[] }>(
        "GET",
        "/v1/unsure",
      )
    ).body.unsure;
  const answer = async (way: string) => {
    const caseId = (await cases()).at(-1)?.case_id ?? "";
    return await shop.engine.call("POST", `/v1/unsure/${caseId}/answer`, { answer: way });
  };
  async function unsurePerson() {
    const phone = stranger();
    await publish(phone);
    await says(shop, { phone, text: UNCLEAR, at: secondsAgo(60) });
    return phone;
  }

  test("holds what goes to the person, and stands on a list with its text (D 1.4)", async () => {
    const phone = await unsurePerson();
    expect(await publish(phone)).toMatchObject({ state: "held", reason: { code: "opt_out_unsure" } });
    const open = await cases();
    expect(open.at(-1)).toMatchObject({
      text: UNCLEAR,
      held: 1,
      from: `+1${"*".repeat(phone.length - 4)}${phone.slice(-2)}`,
    });
    expect(await shop.engine.call("GET", "/v1/unsure/count")).toMatchObject({ body: { open: open.length } });
    expect(await shop.engine.messaging.stats()).toMatchObject({ unsureCases: open.length });
  });

  test("lets what was held go once somebody says that it did not mean stop (D 1.4)", async () => {
    const phone = await unsurePerson();
    const { messageId } = await publish(phone);
    const released = await shop.engine.call("POST", `/v1/messages/${messageId}/release`);
    expect(released.status).toBe(409);
    expect(await answer("carry_on")).toMatchObject({ status: 200 });
    await untilState(shop.engine, messageId, "read");
  });

  test("opts the person out once somebody says that it meant stop (D 1.4)", async () => {
    const phone = await unsurePerson();
    const { messageId } = await publish(phone);
    expect(await answer("opt_out")).toMatchObject({ status: 200 });
    const { message } = await untilState(shop.engine, messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await publish(phone)).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test("stands on the list once and is answered once, though it speaks for two people of the shop (D 1.4)", async () => {
    const phone = stranger();
    const writer = shop.simulator.phone(phone);
    await writer.change({ userIdMode: "username_without_phone" });
    await writer.reply("When do you open?");
    await webhooksApplied(shop);
    const { messageId: first } = await publish(phone);
    await untilState(shop.engine, first, "read");
    await webhooksApplied(shop);
    const before = (await cases()).length;
    await writer.reply(UNCLEAR);
    await webhooksApplied(shop);
    const { messageId } = await publish(phone);
    const open = await cases();
    expect(open).toHaveLength(before + 1);
    expect(open.at(-1)).toMatchObject({ text: UNCLEAR, held: 1 });
    expect(await shop.engine.call("GET", "/v1/unsure/count")).toMatchObject({ body: { open: open.length } });
    expect(await shop.engine.messaging.stats()).toMatchObject({ unsureCases: open.length });
    expect(await answer("opt_out")).toMatchObject({ status: 200 });
    await untilState(shop.engine, messageId, "blocked");
    expect(await cases()).toHaveLength(before);
  });

  test("holds what goes to the person's number, once Meta says whose user id it was written under (D 1.4)", async () => {
    const phone = stranger();
    const writer = shop.simulator.phone(phone);
    await writer.change({ userIdMode: "username_without_phone" });
    await writer.reply(UNCLEAR);
    await webhooksApplied(shop);
    const { messageId: first } = await publish(phone);
    await untilState(shop.engine, first, "read");
    await webhooksApplied(shop);
    expect(await publish(phone)).toMatchObject({ state: "held", reason: { code: "opt_out_unsure" } });
    expect((await cases()).at(-1)).toMatchObject({ text: UNCLEAR, held: 1 });
  });

  test("holds what goes to the person under a new number (D 1.4)", async () => {
    const [before, after] = [stranger(), stranger()];
    const writer = shop.simulator.phone(before);
    await writer.reply(UNCLEAR);
    await writer.changeNumber(after);
    await webhooksApplied(shop);
    expect(await publish(after)).toMatchObject({ state: "held", reason: { code: "opt_out_unsure" } });
    expect((await cases()).at(-1)).toMatchObject({ text: UNCLEAR, held: 1 });
  });

  test("is answered by the person's own next plain word (D 1.4)", async () => {
    const phone = await unsurePerson();
    const { messageId } = await publish(phone);
    const before = (await cases()).length;
    await says(shop, { phone, text: "START", at: secondsAgo(30) });
    expect(await cases()).toHaveLength(before - 1);
    await untilState(shop.engine, messageId, "read");
    expect(await publish(phone)).toMatchObject({ state: "queued" });
  });
});
