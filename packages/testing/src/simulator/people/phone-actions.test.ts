import { describe, expect, test } from "vitest";
import { CUSTOMER, orderConfirmation, type Stage, setStage } from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";
import type { InboundMessage, WebhookContact } from "../webhooks/bodies.ts";

const USER_ID = demoAccount.person.userId;

interface Inbound {
  contacts: WebhookContact[];
  messages: InboundMessage[];
}

async function inbound(stage: Stage, count = 1): Promise<Inbound> {
  const values = () => stage.receiver.changes().filter(({ value }) => value["messages"] !== undefined);
  await stage.receiver.until(() => values().length >= count, { withinMs: 10_000 });
  return values().at(-1)?.value as unknown as Inbound;
}

test("an old chat comes under history, with what the shop and the person wrote and when (D 1.3)", async () => {
  await using stage = await setStage();
  const text = (body: string) => ({ type: "text", text: { body } });
  await stage.simulator.phone(CUSTOMER).shareOldChat([
    { message: text("Your order is ready"), byShop: true, agoMs: 7_200_000 },
    { message: text("STOP"), agoMs: 3_600_000 },
  ]);
  const told = () => stage.receiver.changes().find(({ field }) => field === "history");
  await stage.receiver.until(() => told() !== undefined, { withinMs: 10_000 });
  expect(told()?.value).toMatchObject({
    metadata: { phone_number_id: demoAccount.number.id },
    history: [
      {
        threads: [
          {
            id: "16505551234",
            messages: [
              {
                to: "16505551234",
                text: { body: "Your order is ready" },
                history_context: { from_me: true },
              },
              { from: "16505551234", from_user_id: USER_ID, text: { body: "STOP" } },
            ],
          },
        ],
      },
    ],
  });
});

describe("a reply", () => {
  test("arrives with contact, phone, user id and string seconds", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("STOP");
    expect(await inbound(stage)).toMatchObject({
      contacts: [{ profile: { name: "Sheena Nelson" }, wa_id: "16505551234", user_id: USER_ID }],
      messages: [
        {
          from: "16505551234",
          from_user_id: USER_ID,
          id: expect.stringMatching(/^wamid\./),
          timestamp: expect.stringMatching(/^\d{10}$/),
          type: "text",
          text: { body: "STOP" },
        },
      ],
    });
  });

  test("names the message it answers", async () => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation());
    const wamid = body.messages[0].id;
    await stage.simulator.phone(CUSTOMER).reply("Thanks", { repliesTo: wamid });
    expect((await inbound(stage)).messages[0]?.context).toEqual({ from: "15550783881", id: wamid });
  });
});

describe("a tap", () => {
  test("on a template's quick reply sends its payload", async () => {
    await using stage = await setStage();
    const button = {
      type: "button",
      sub_type: "quick_reply",
      index: "0",
      parameters: [{ type: "payload", payload: "OPT_OUT:1042" }],
    };
    const { template } = orderConfirmation() as { template: { components: object[] } };
    await stage.send(orderConfirmation({}, { components: [...template.components, button] }));
    await stage.simulator.phone(CUSTOMER).tap("Stop updates");
    expect((await inbound(stage)).messages[0]).toMatchObject({
      type: "button",
      button: { payload: "OPT_OUT:1042", text: "Stop updates" },
      context: { from: "15550783881" },
    });
  });

  test("sends the label where no payload was given", async () => {
    await using stage = await setStage();
    await stage.send(orderConfirmation());
    await stage.simulator.phone(CUSTOMER).tap("Stop updates");
    expect((await inbound(stage)).messages[0]?.button).toEqual({
      payload: "Stop updates",
      text: "Stop updates",
    });
  });

  test("on an interactive button sends a button_reply", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    await stage.send({
      messaging_product: "whatsapp",
      to: CUSTOMER,
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "Confirm the order?" },
        action: { buttons: [{ type: "reply", reply: { id: "yes-1042", title: "Yes" } }] },
      },
    });
    await stage.simulator.phone(CUSTOMER).tap("yes-1042");
    expect((await inbound(stage, 2)).messages[0]?.interactive).toEqual({
      type: "button_reply",
      button_reply: { id: "yes-1042", title: "Yes" },
    });
  });

  test("on a button that is not there is refused in a sentence", async () => {
    await using stage = await setStage();
    await expect(stage.simulator.phone(CUSTOMER).tap("Buy")).rejects.toThrow(
      'No message on +16505551234 has a reply button "Buy"',
    );
  });
});

test("stopping marketing sends user_preferences with integer seconds", async () => {
  await using stage = await setStage();
  await stage.simulator.phone(CUSTOMER).setMarketing("stop");
  await stage.receiver.until((receiver) => receiver.changes().length === 1, { withinMs: 10_000 });
  expect(stage.receiver.changes()[0]).toMatchObject({
    field: "user_preferences",
    value: {
      user_preferences: [
        {
          wa_id: "16505551234",
          user_id: USER_ID,
          category: "marketing_messages",
          value: "stop",
          timestamp: expect.any(Number),
        },
      ],
    },
  });
});

describe("a person's identity", () => {
  test("is the phone alone in legacy mode", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).change({ userIdMode: "legacy" });
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    const { contacts, messages } = await inbound(stage);
    expect(contacts).toEqual([{ profile: { name: "Sheena Nelson" }, wa_id: "16505551234" }]);
    expect(messages[0]).not.toHaveProperty("from_user_id");
  });

  test("is user id and username, with the phone left out, where the phone is hidden", async () => {
    await using stage = await setStage();
    await stage.simulator
      .phone(CUSTOMER)
      .change({ userIdMode: "username_without_phone", username: "@sheena" });
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    const { contacts, messages } = await inbound(stage);
    expect(contacts).toEqual([{ profile: { name: "Sheena Nelson", username: "@sheena" }, user_id: USER_ID }]);
    expect(messages[0]).not.toHaveProperty("from");
    expect(stage.receiver.arrivals[0]?.text).not.toContain("16505551234");
  });

  test("hides the phone in the statuses of a message to the user id too", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).change({ userIdMode: "username_without_phone" });
    await stage.send(orderConfirmation({ to: undefined, recipient: USER_ID }));
    await stage.receiver.until((receiver) => receiver.statuses().length === 3, { withinMs: 10_000 });
    expect(stage.receiver.statuses()[0]).toMatchObject({ recipient_user_id: USER_ID });
    expect(stage.receiver.statuses()[0]).not.toHaveProperty("recipient_id");
  });

  test("has a parent user id where the portfolio has one", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      people: [{ phone: CUSTOMER, parentUserId: "US.ENT.11815799212886844830" }],
    });
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    expect((await inbound(stage)).messages[0]).toMatchObject({
      from_parent_user_id: "US.ENT.11815799212886844830",
    });
  });

  test("is another user id in another portfolio", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      portfolios: [{ id: "600000000000001", name: "Other" }],
      wabas: [
        { id: "600000000000002", portfolioId: "600000000000001", subscribedApps: [demoAccount.app.id] },
      ],
      numbers: [{ id: "600000000000003", wabaId: "600000000000002", displayPhoneNumber: "+1 555 010 0003" }],
    });
    await stage.simulator.phone(CUSTOMER).reply("Hi", { phoneNumberId: "600000000000003" });
    const { messages } = await inbound(stage);
    expect(messages[0]?.from_user_id).toMatch(/^US\.\d+$/);
    expect(messages[0]?.from_user_id).not.toBe(USER_ID);
  });
});
