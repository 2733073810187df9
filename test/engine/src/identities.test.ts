import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, startEngine, untilState } from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, until, webhooksApplied } from "./shop.ts";

const claims = () => ({ claims: [claim()] });
const WITHDRAWN = { state: "blocked", reason: { code: "consent_withdrawn" } };

describe.each(STORES)("who a person is, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const order = (phone: string) => publishOne(shop, happened("order.placed", { phone }), claims());

  /** Meta shows the person's user id and no phone, as for somebody with a username. */
  const hidePhone = (phone: string) =>
    shop.simulator.phone(phone).change({ userIdMode: "username_without_phone" });
  const showBoth = (phone: string) => shop.simulator.phone(phone).change({ userIdMode: "default" });

  async function replies(phone: string, text: string) {
    await shop.simulator.phone(phone).reply(text);
    await webhooksApplied(shop);
  }

  const contactsThatStopped = async () => {
    const rows = await shop.store.query(
      "select distinct contact_id from webxkey.consents where state = 'withdrawn' and purpose = 'support'",
    );
    return rows.length;
  };

  test("somebody who once wrote with phone and user id is known by the user id alone", async () => {
    const phone = stranger();
    await replies(phone, "hello");
    await hidePhone(phone);
    await replies(phone, "STOP");
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("the user id in a status is the person's too: a stop button tapped without a phone counts", async () => {
    const phone = stranger();
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "read");
    await webhooksApplied(shop);
    await hidePhone(phone);
    await shop.simulator.phone(phone).tap("Stop updates");
    await webhooksApplied(shop);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("an opt-out that names two people known apart stops both, and they stay two", async () => {
    const phone = stranger();
    await hidePhone(phone);
    await replies(phone, "hello");
    // Nobody told yet that this phone is theirs.
    expect(await order(phone)).toMatchObject({ state: "queued" });
    await showBoth(phone);
    const before = await contactsThatStopped();
    await replies(phone, "STOP");
    expect(await contactsThatStopped()).toBe(before + 2);
    expect(await order(phone)).toMatchObject(WITHDRAWN);
  });

  test("a status of another tool's message, from the same number, makes nobody known", async () => {
    const phone = stranger();
    const counted = async () => (await shop.store.query("select 1 from webxkey.contacts")).length;
    const before = await counted();
    await sendByAnotherTool(phone);
    await webhooksApplied(shop);
    expect(await counted()).toBe(before);
  });

  test("two engines that meet the same person at once know one person", async () => {
    await using other = await startEngine({ storage: shop.storage, simulator: shop.simulator });
    const phone = stranger();
    const engines = [shop.engine, other, shop.engine, other];
    await Promise.all(
      engines.map((engine) =>
        publishOne(
          { engine },
          happened("order.placed", { phone, ref: `order_of_${phone}_${Math.random()}` }),
        ),
      ),
    );
    const contacts = await shop.store.query(
      "select distinct contact_id from webxkey.events where entity_ref like $1",
      [`order_of_${phone}%`],
    );
    expect(contacts).toHaveLength(1);
  });

  /** A message that this engine does not know, sent through the same account. */
  async function sendByAnotherTool(phone: string) {
    const { url } = shop.simulator;
    const response = await fetch(`${url}/v25.0/106540352242922/messages`, {
      method: "POST",
      headers: { authorization: "Bearer SIM_TOKEN_lucky_shrub", "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        to: phone,
        type: "template",
        template: {
          name: "account_welcome",
          language: { code: "en" },
          components: [
            {
              type: "body",
              parameters: ["customer_name", "shop_name"].map((parameter_name) => ({
                type: "text",
                parameter_name,
                text: "x",
              })),
            },
          ],
        },
      }),
    });
    expect(response.status).toBe(200);
    await until("its statuses were not posted", async () => {
      const [sent] = await shop.simulator.accepted({ phone });
      return sent?.statuses.some(({ status }) => status === "read");
    });
  }
});
