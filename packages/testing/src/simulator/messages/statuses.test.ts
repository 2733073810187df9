import { describe, expect, test } from "vitest";
import {
  CUSTOMER,
  callGraph,
  NUMBER,
  orderConfirmation,
  type Stage,
  setStage,
  textMessage,
  WABA,
} from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";
import type { WebhookContact, WebhookStatus } from "../webhooks/bodies.ts";

const USER_ID = demoAccount.person.userId;

async function statusesOf(stage: Stage, count: number): Promise<WebhookStatus[]> {
  await stage.receiver.until((receiver) => receiver.statuses().length >= count, { withinMs: 10_000 });
  return stage.receiver.statuses();
}

function contactsOf(stage: Stage): (WebhookContact[] | undefined)[] {
  return stage.receiver.changes().map(({ value }) => value["contacts"] as WebhookContact[] | undefined);
}

describe("the statuses of a message", () => {
  test("are sent, delivered and read, signed, with the callback data in each", async () => {
    await using stage = await setStage();
    await stage.send(orderConfirmation({ biz_opaque_callback_data: "v1.4711" }));
    const statuses = await statusesOf(stage, 3);
    expect(statuses.map(({ status }) => status).sort()).toEqual(["delivered", "read", "sent"]);
    expect(new Set(statuses.map((status) => status.biz_opaque_callback_data))).toEqual(new Set(["v1.4711"]));
    expect(stage.receiver.arrivals.every(({ isSigned }) => isSigned)).toBe(true);
  });

  test("name the person by phone and user id, and the contact beside them", async () => {
    await using stage = await setStage();
    await stage.send(orderConfirmation());
    const [status] = await statusesOf(stage, 1);
    expect(status).toMatchObject({
      recipient_id: "16505551234",
      recipient_user_id: USER_ID,
      timestamp: expect.stringMatching(/^\d{10}$/),
    });
    expect(contactsOf(stage)[0]).toEqual([
      { profile: { name: "Sheena Nelson" }, wa_id: "16505551234", user_id: USER_ID },
    ]);
  });

  test("carry the price with sent and one receipt only", async () => {
    await using stage = await setStage();
    await stage.send(orderConfirmation());
    const statuses = await statusesOf(stage, 3);
    const priced = statuses.filter(({ pricing }) => pricing !== undefined).map(({ status }) => status);
    expect(priced.sort()).toEqual(["delivered", "sent"]);
  });

  test("carry the price with read when delivered is missing", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "missing_delivered" });
    await stage.send(orderConfirmation());
    const statuses = await statusesOf(stage, 2);
    expect(statuses.find(({ status }) => status === "read")).toHaveProperty("pricing");
  });

  test("stop at sent while the phone is off, and go on when it is on again", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).switchOff();
    await stage.send(orderConfirmation());
    await stage.simulator.advance(3_600_000);
    expect((await statusesOf(stage, 1)).map(({ status }) => status)).toEqual(["sent"]);
    await stage.simulator.phone(CUSTOMER).switchOn();
    await statusesOf(stage, 3);
  });

  test("stop at delivered until the chat is opened, for a person who does not read", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).change({ readsByThemselves: false });
    await stage.send(orderConfirmation());
    await stage.simulator.advance(60_000);
    expect(await statusesOf(stage, 2)).toHaveLength(2);
    await stage.simulator.phone(CUSTOMER).read();
    expect((await statusesOf(stage, 3)).at(-1)?.status).toBe("read");
  });

  test("of a reaction end with sent", async () => {
    await using stage = await setStage();
    const { wamid } = await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.send({
      messaging_product: "whatsapp",
      to: CUSTOMER,
      type: "reaction",
      reaction: { message_id: wamid, emoji: "👍" },
    });
    await stage.simulator.advance(60_000);
    expect((await statusesOf(stage, 1)).map(({ status }) => status)).toEqual(["sent"]);
  });

  test("have a conversation up to v23.0 only", async () => {
    await using stage = await setStage();
    await stage.send(orderConfirmation());
    expect((await statusesOf(stage, 1))[0]).not.toHaveProperty("conversation");

    await using old = await setStage();
    await old.simulator.seed({ apps: [{ ...demoAccount.app, webhookVersion: "v23.0" }] });
    await old.simulator.setCallback(demoAccount.app.id, old.receiver);
    await old.send(orderConfirmation());
    expect((await statusesOf(old, 1))[0]).toMatchObject({ conversation: { origin: { type: "utility" } } });
  });
});

describe("a message that fails after its 200", () => {
  test("outside the 24-hour window is free-form: 131047", async () => {
    await using stage = await setStage();
    expect((await stage.send(textMessage("Hello"))).status).toBe(200);
    const [status] = await statusesOf(stage, 1);
    expect(status).toMatchObject({
      status: "failed",
      errors: [{ code: 131047, error_data: { details: expect.any(String) } }],
    });
  });

  test("has no contacts and no user id", async () => {
    await using stage = await setStage();
    await stage.send(textMessage("Hello"));
    const [status] = await statusesOf(stage, 1);
    expect(status).not.toHaveProperty("recipient_user_id");
    expect(contactsOf(stage)).toEqual([undefined]);
  });

  test("inside the window does not fail, and after 24 hours does again", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("Hi");
    await stage.send(textMessage("Hello"));
    expect((await statusesOf(stage, 1))[0]?.status).toBe("sent");
    await statusesOf(stage, 3);
    await stage.simulator.advance(24 * 3_600_000);
    await stage.send(textMessage("Still there?"));
    expect((await statusesOf(stage, 4)).at(-1)?.status).toBe("failed");
  });

  test("is one to another business number, whose window nobody opened", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      numbers: [{ id: "100000000000001", wabaId: WABA, displayPhoneNumber: "+1 555 010 0001" }],
    });
    await stage.simulator.phone(CUSTOMER).reply("Hi", { phoneNumberId: NUMBER });
    await callGraph(
      `${stage.simulator.url}/v25.0/100000000000001/messages`,
      "POST",
      demoAccount.token.value,
      textMessage("Hello"),
    );
    expect((await statusesOf(stage, 1))[0]?.errors).toMatchObject([{ code: 131047 }]);
  });

  test("is to a number that is not on WhatsApp: 131026", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).change({ onWhatsApp: false });
    await stage.send(orderConfirmation());
    expect((await statusesOf(stage, 1))[0]?.errors).toMatchObject([{ code: 131026 }]);
  });

  test("is marketing to a person who stopped it: 131050; utility still arrives", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      templates: [
        {
          wabaId: WABA,
          name: "sale",
          language: "en",
          category: "MARKETING",
          components: [{ type: "BODY", text: "Sale!" }],
        },
      ],
    });
    await stage.simulator.phone(CUSTOMER).setMarketing("stop");
    await stage.send(orderConfirmation({ template: { name: "sale", language: { code: "en" } } }));
    expect((await statusesOf(stage, 1))[0]?.errors).toMatchObject([{ code: 131050 }]);
    await stage.send(orderConfirmation());
    expect((await statusesOf(stage, 2))[1]?.status).toBe("sent");
  });

  test.each([131026, 131042, 131049, 131050, 130472, 131053])("can be any: %i", async (code) => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "failed_status", code });
    expect((await stage.send(orderConfirmation())).status).toBe(200);
    expect((await statusesOf(stage, 1))[0]?.errors).toMatchObject([{ code }]);
  });
});

describe("the price", () => {
  const october = Date.UTC(2026, 9, 1);

  async function priceOf(startAtMs: number, message: object, prepare: (stage: Stage) => Promise<unknown>) {
    await using stage = await setStage({ startAtMs });
    await prepare(stage);
    await stage.send(message);
    return (await statusesOf(stage, 1))[0]?.pricing;
  }
  const reply = (stage: Stage) => stage.simulator.phone(CUSTOMER).reply("Hi");

  test("of utility and service inside the window is nothing until the end of September 2026", async () => {
    const free = { billable: false, pricing_model: "PMP", type: "free_customer_service" };
    const before = october - 60_000;
    expect(await priceOf(before, orderConfirmation(), reply)).toEqual({ ...free, category: "utility" });
    expect(await priceOf(before, textMessage("Hello"), reply)).toEqual({ ...free, category: "service" });
  });

  test("of both is regular from October 2026 on", async () => {
    const regular = { billable: true, pricing_model: "PMP", type: "regular" };
    expect(await priceOf(october, orderConfirmation(), reply)).toEqual({ ...regular, category: "utility" });
    expect(await priceOf(october, textMessage("Hello"), reply)).toEqual({ ...regular, category: "service" });
  });

  test("is nothing for 72 hours after the person came in through an advertisement", async () => {
    const enter = (stage: Stage) => stage.simulator.phone(CUSTOMER).enterFromAd("More info?");
    const free = {
      billable: false,
      pricing_model: "PMP",
      type: "free_entry_point",
      category: "referral_conversion",
    };
    expect(await priceOf(october, orderConfirmation(), enter)).toEqual(free);
    const later = async (stage: Stage) => {
      await enter(stage);
      await stage.simulator.advance(73 * 3_600_000);
    };
    expect(await priceOf(october, orderConfirmation(), later)).toMatchObject({ type: "regular" });
  });
});
