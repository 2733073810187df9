import { request } from "undici";
import { describe, expect, test } from "vitest";
import {
  CUSTOMER,
  callGraph,
  NUMBER,
  orderConfirmation,
  setStage,
  textMessage,
  WABA,
} from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";

describe("an accepted send", () => {
  test("answers input, wa_id, wamid and message_status accepted", async () => {
    await using stage = await setStage();
    const answer = await stage.send(orderConfirmation());
    expect(answer).toMatchObject({
      status: 200,
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: CUSTOMER, wa_id: "16505551234" }],
        messages: [{ id: expect.stringMatching(/^wamid\./), message_status: "accepted" }],
      },
      headers: { "facebook-api-version": "v25.0" },
    });
    expect(answer.headers).toHaveProperty("x-fb-trace-id");
    expect(answer.headers).toHaveProperty("x-fb-rev");
  });

  test("has no message_status when it is not a template", async () => {
    await using stage = await setStage();
    const { body } = await stage.send(textMessage("Hello"));
    expect(body.messages[0]).not.toHaveProperty("message_status");
  });

  test("is listed with the time of its POST and its callback data", async () => {
    await using stage = await setStage();
    const before = Date.now();
    await stage.send(orderConfirmation({ biz_opaque_callback_data: "v1.4711" }));
    const [message] = await stage.simulator.accepted({ phone: CUSTOMER });
    expect(message).toMatchObject({
      callbackData: "v1.4711",
      phone: CUSTOMER,
      phoneNumberId: NUMBER,
      wabaId: WABA,
      answer: "ok",
      template: { name: "order_confirmation", language: "en" },
    });
    expect(message?.postedAtMs).toBeGreaterThanOrEqual(before);
  });

  test("works without a version, with the token in the query, and with a form body", async () => {
    await using stage = await setStage();
    const { template } = orderConfirmation() as { template: object };
    const response = await request(
      `${stage.simulator.url}/${NUMBER}/messages?access_token=${demoAccount.token.value}`,
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          messaging_product: "whatsapp",
          to: CUSTOMER,
          type: "template",
          template: JSON.stringify(template),
        }).toString(),
      },
    );
    expect(response.statusCode).toBe(200);
    await response.body.dump();
    expect(await stage.simulator.accepted()).toHaveLength(1);
  });
});

describe("the recipient", () => {
  test("is the user id in recipient, answered with user_id and without wa_id", async () => {
    await using stage = await setStage();
    const { userId } = demoAccount.person;
    const { body } = await stage.send(orderConfirmation({ to: undefined, recipient: userId }));
    expect(body.contacts).toEqual([{ input: userId, user_id: userId }]);
  });

  test("is to, where both to and recipient are given", async () => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation({ recipient: demoAccount.person.userId }));
    expect(body.contacts).toEqual([{ input: CUSTOMER, wa_id: "16505551234" }]);
  });

  test("may be written with spaces, brackets and dashes", async () => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation({ to: "+1 (650) 555-1234" }));
    expect(body.contacts[0].wa_id).toBe("16505551234");
  });

  test("gets the country of the business in front when it has no plus", async () => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation({ to: "(650) 555-1234" }));
    expect(body.contacts[0].wa_id).toBe("16505551234");
  });

  test("is silently dropped when a user id was put in to", async () => {
    await using stage = await setStage();
    const { status, body } = await stage.send(orderConfirmation({ to: demoAccount.person.userId }));
    expect(status).toBe(200);
    await stage.send(orderConfirmation());
    await stage.receiver.until((receiver) => receiver.statuses().length === 3, { withinMs: 10_000 });
    expect(stage.receiver.statuses().map(({ id }) => id)).not.toContain(body.messages[0].id);
  });

  test.each([
    ["the sender itself", { to: "+15550783881" }, 131021],
    ["a user id nobody has", { to: undefined, recipient: "US.404404" }, 131009],
    ["not a phone number", { to: "+1 650 call me" }, 131009],
  ])("is refused when it is %s", async (_what, changes, code) => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation(changes));
    expect(body.error.code).toBe(code);
  });

  test("of a test number must be on its list", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      numbers: [
        {
          id: "100000000000001",
          wabaId: WABA,
          displayPhoneNumber: "+1 555 010 0001",
          allowedRecipients: [CUSTOMER],
        },
      ],
    });
    const send = (to: string) =>
      stage.graph("POST", "/v25.0/100000000000001/messages", orderConfirmation({ to }));
    expect((await send(CUSTOMER)).status).toBe(200);
    expect((await send("+16505559999")).body.error.code).toBe(131030);
  });
});

describe("a refused send", () => {
  test("has Meta's envelope with code, details and fbtrace_id", async () => {
    await using stage = await setStage();
    const { status, body } = await stage.send(orderConfirmation({}, { language: { code: "de" } }));
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        message: "(#132001) Template name does not exist in the translation",
        type: "OAuthException",
        code: 132001,
        error_data: {
          messaging_product: "whatsapp",
          details: "template name (order_confirmation) does not exist in de",
        },
        fbtrace_id: expect.stringMatching(/^[\w-]{22,23}$/),
      },
    });
  });

  test.each([
    ["messaging_product is missing", { messaging_product: undefined }, 100],
    ["messaging_product is another", { messaging_product: "sms" }, 100],
    ["to and recipient are missing", { to: undefined }, 100],
    ["the recipient type is unknown", { recipient_type: "crowd" }, 131002],
    ["the type is unknown", { type: "poll" }, 100],
    ["the type's object is missing", { template: undefined }, 100],
    ["the language is missing", { template: { name: "order_confirmation" } }, 100],
    ["the callback data is too long", { biz_opaque_callback_data: "x".repeat(513) }, 100],
  ])("is refused when %s", async (_what, changes, code) => {
    await using stage = await setStage();
    const { body } = await stage.send(orderConfirmation(changes));
    expect(body.error.code).toBe(code);
    expect(await stage.simulator.accepted()).toEqual([]);
  });

  test("is refused for the first thing wrong: path, token, object, shape, limits, number, recipient, template", async () => {
    await using stage = await setStage();
    const { simulator } = stage;
    const wrong = orderConfirmation(
      { messaging_product: undefined, to: "+15550783881" },
      { name: "nothing" },
    );
    const codeOf = async (path: string, token: string, body: object) => {
      const { error } = (await callGraph(`${simulator.url}${path}`, "POST", token, body)).body;
      return [error.code, error.error_subcode];
    };
    const { value } = demoAccount.token;
    expect(await codeOf("/v99.0/1/nothing", "", wrong)).toEqual([2500, undefined]);
    expect(await codeOf("/v25.0/999999999/messages", "", wrong)).toEqual([2500, undefined]);
    expect(await codeOf("/v25.0/999999999/messages", "SIM_TOKEN_unknown", wrong)).toEqual([190, undefined]);
    expect(await codeOf("/v25.0/999999999/messages", value, wrong)).toEqual([100, 33]);
    const path = `/v25.0/${NUMBER}/messages`;
    expect(await codeOf(path, value, wrong)).toEqual([100, undefined]);
    const shaped = { ...wrong, messaging_product: "whatsapp" };
    await simulator.seed({
      numbers: [{ id: NUMBER, wabaId: WABA, displayPhoneNumber: "+1 555 078 3881", state: "unregistered" }],
    });
    const limit = await simulator.inject({ kind: "graph_error", code: 130429 });
    expect(await codeOf(path, value, shaped)).toEqual([130429, undefined]);
    await limit.remove();
    expect(await codeOf(path, value, shaped)).toEqual([133010, undefined]);
    await simulator.seed({ numbers: [{ id: NUMBER, wabaId: WABA, displayPhoneNumber: "+1 555 078 3881" }] });
    expect(await codeOf(path, value, shaped)).toEqual([131021, undefined]);
    expect(await codeOf(path, value, { ...shaped, to: CUSTOMER })).toEqual([132001, undefined]);
  });

  test.each([
    ["unregistered", 133010],
    ["locked", 131031],
    ["maintenance", 131057],
    ["payment_issue", 131042],
  ] as const)("is refused while the number is %s", async (state, code) => {
    await using stage = await setStage();
    await stage.simulator.seed({
      numbers: [{ id: NUMBER, wabaId: WABA, displayPhoneNumber: "+1 555 078 3881", state }],
    });
    expect((await stage.send(orderConfirmation())).body.error.code).toBe(code);
  });
});

describe("limits", () => {
  test("a number sends no more in a second than its throughput", async () => {
    await using stage = await setStage({ limitPairs: false });
    await stage.simulator.seed({
      numbers: [{ id: NUMBER, wabaId: WABA, displayPhoneNumber: "+1 555 078 3881", messagesPerSecond: 1 }],
    });
    const answers = await Promise.all(Array.from({ length: 12 }, () => stage.send(orderConfirmation())));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(4);
    expect(new Set(refused.map(({ body }) => body.error.code))).toEqual(new Set([130429]));
  });

  test("one person gets a burst of 45, then 131056, and another person still gets messages", async () => {
    await using stage = await setStage();
    const codes: (number | undefined)[] = [];
    for (let n = 0; n < 46; n++) codes.push((await stage.send(orderConfirmation())).body.error?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(45);
    expect(codes.at(-1)).toBe(131056);
    expect((await stage.send(orderConfirmation({ to: "+16505550199" }))).status).toBe(200);
    await stage.simulator.advance(6_000);
    expect((await stage.send(orderConfirmation())).status).toBe(200);
  });
});

describe("mark as read", () => {
  test("answers success and marks what was written before", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("First");
    const { wamid } = await stage.simulator.phone(CUSTOMER).reply("Second");
    const answer = await stage.send({ messaging_product: "whatsapp", status: "read", message_id: wamid });
    expect(answer.body).toEqual({ success: true });
    expect((await stage.simulator.received()).map(({ readByBusiness }) => readByBusiness)).toEqual([
      true,
      true,
    ]);
  });

  test("of an unknown message is refused", async () => {
    await using stage = await setStage();
    const answer = await stage.send({ messaging_product: "whatsapp", status: "read", message_id: "wamid.X" });
    expect(answer.body.error.code).toBe(131009);
  });
});
