import { describe, expect, test } from "vitest";
import {
  CUSTOMER,
  namedParameters,
  orderConfirmation,
  type Stage,
  setStage,
  WABA,
} from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";
import type { TemplateComponent } from "../templates/definition.ts";

const LIST = `/v25.0/${WABA}/message_templates`;

async function codeOf(stage: Stage, template: Record<string, unknown>): Promise<[number, string] | number> {
  const { status, body } = await stage.send({
    messaging_product: "whatsapp",
    to: CUSTOMER,
    type: "template",
    template,
  });
  return status === 200 ? 200 : [body.error.code, body.error.error_data?.details ?? body.error.message];
}

function seeded(
  stage: Stage,
  name: string,
  components: TemplateComponent[],
  category: "UTILITY" | "AUTHENTICATION" = "UTILITY",
) {
  return stage.simulator.seed({ templates: [{ wabaId: WABA, name, language: "en", category, components }] });
}

const english = { language: { code: "en" } };

describe("sending a template", () => {
  test.each([
    ["PAUSED", 132015],
    ["DISABLED", 132016],
    ["REJECTED", 132001],
    ["PENDING", 132001],
  ] as const)("is refused while it is %s", async (status, code) => {
    await using stage = await setStage();
    await stage.simulator.setTemplateStatus("order_confirmation", status);
    expect((await stage.send(orderConfirmation())).body.error.code).toBe(code);
  });

  test("counts the parameters of each part before it looks at their kinds", async () => {
    await using stage = await setStage();
    const components = [{ type: "body", parameters: [{ type: "image", image: { id: "1" } }] }];
    expect(await codeOf(stage, { name: "order_confirmation", ...english, components })).toEqual([
      132000,
      "body: number of localizable_params (1) does not match the expected number of params (4)",
    ]);
  });

  test("with named parameters wants the names of the template", async () => {
    await using stage = await setStage();
    const named = (names: string[]) => ({
      name: "order_confirmation",
      ...english,
      components: [{ type: "body", parameters: namedParameters(names) }],
    });
    expect(await codeOf(stage, named(["customer_name", "order_code", "order_total", "colour"]))).toEqual([
      100,
      "Parameter name colour is not a parameter of this template",
    ]);
    const unnamed = Array.from({ length: 4 }, () => ({ type: "text", text: "x" }));
    expect(
      await codeOf(stage, {
        name: "order_confirmation",
        ...english,
        components: [{ type: "body", parameters: unnamed }],
      }),
    ).toEqual([100, "Parameter name is missing or empty"]);
  });

  test.each([
    ["an empty value", { type: "text", text: "" }, 131008],
    ["no value", { type: "text" }, 100],
    ["a number", { type: "text", text: 7 }, 100],
    ["a new line", { type: "text", text: "a\nb" }, 100],
    ["five spaces", { type: "text", text: "a     b" }, 100],
    ["a picture", { type: "image", image: { id: "1" } }, 132012],
    ["a currency without a fallback", { type: "currency", currency: { code: "EUR" } }, 131008],
  ])("refuses %s as a text parameter", async (_what, parameter, code) => {
    await using stage = await setStage();
    await seeded(stage, "greeting", [{ type: "BODY", text: "Hello {{1}}, welcome." }]);
    const result = await codeOf(stage, {
      name: "greeting",
      ...english,
      components: [{ type: "body", parameters: [parameter] }],
    });
    expect(result).toEqual([code, expect.any(String)]);
  });

  test("takes currencies and dates by their fallback values", async () => {
    await using stage = await setStage();
    await seeded(stage, "invoice", [{ type: "BODY", text: "Pay {{1}} until {{2}}, please." }]);
    const parameters = [
      { type: "currency", currency: { fallback_value: "€10", code: "EUR", amount_1000: 10_000 } },
      { type: "date_time", date_time: { fallback_value: "1 May" } },
    ];
    expect(
      await codeOf(stage, { name: "invoice", ...english, components: [{ type: "body", parameters }] }),
    ).toBe(200);
    const { thread } = await stage.simulator.phone(CUSTOMER).show();
    expect(thread[0]).toMatchObject({ content: { body: "Pay €10 until 1 May, please." } });
  });

  test("with a media header wants that kind of media", async () => {
    await using stage = await setStage();
    await seeded(stage, "catalogue", [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Our new plants." },
    ]);
    expect(await codeOf(stage, { name: "catalogue", ...english })).toEqual([
      132012,
      "header: Format mismatch, expected IMAGE, received UNKNOWN",
    ]);
    const components = [
      { type: "header", parameters: [{ type: "image", image: { link: "https://example.com/a.png" } }] },
    ];
    expect(await codeOf(stage, { name: "catalogue", ...english, components })).toBe(200);
  });

  test("with a link button wants the value of its variable", async () => {
    await using stage = await setStage();
    await seeded(stage, "track", [
      { type: "BODY", text: "Your parcel left." },
      { type: "BUTTONS", buttons: [{ type: "URL", text: "Track", url: "https://example.com/{{1}}" }] },
    ]);
    expect(await codeOf(stage, { name: "track", ...english })).toEqual([
      131008,
      "buttons: Button at index 0 of type Url requires a parameter",
    ]);
    const button = {
      type: "button",
      sub_type: "url",
      index: "0",
      parameters: [{ type: "text", text: "42" }],
    };
    expect(await codeOf(stage, { name: "track", ...english, components: [button] })).toBe(200);
    expect(
      await codeOf(stage, { name: "track", ...english, components: [{ ...button, index: "3" }] }),
    ).toEqual([132000, expect.stringContaining("index 3")]);
    expect(
      await codeOf(stage, {
        name: "track",
        ...english,
        components: [{ ...button, sub_type: "quick_reply" }],
      }),
    ).toEqual([132012, expect.any(String)]);
  });

  test("with cards wants as many cards as were created", async () => {
    await using stage = await setStage();
    const card = { components: [{ type: "BODY", text: "Plant {{1}} here." }] };
    await seeded(stage, "shelf", [
      { type: "BODY", text: "Look." },
      { type: "CAROUSEL", cards: [card, card] },
    ]);
    const sent = (n: number) => ({
      card_index: n,
      components: [{ type: "body", parameters: [{ type: "text", text: `no. ${n}` }] }],
    });
    const send = (cards: object[]) =>
      codeOf(stage, { name: "shelf", ...english, components: [{ type: "carousel", cards }] });
    expect(await send([sent(0)])).toEqual([132000, expect.stringContaining("carousel")]);
    expect(await send([sent(0), sent(1)])).toBe(200);
  });

  test("for one-time codes is refused to a user id", async () => {
    await using stage = await setStage();
    const components = [
      { type: "BODY", text: "*{{1}}* is your code." },
      { type: "BUTTONS", buttons: [{ type: "otp", otp_type: "COPY_CODE", text: "Copy" }] },
    ];
    await seeded(stage, "code", components, "AUTHENTICATION");
    const template = {
      name: "code",
      ...english,
      components: [
        { type: "body", parameters: [{ type: "text", text: "123456" }] },
        { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "123456" }] },
      ],
    };
    expect(await codeOf(stage, template)).toBe(200);
    const answer = await stage.send(
      orderConfirmation({ to: undefined, recipient: demoAccount.person.userId, template }),
    );
    expect(answer.body.error.code).toBe(131062);
  });
});

describe("the template list", () => {
  test("is paged by opaque cursors without leaving out or repeating one", async () => {
    await using stage = await setStage();
    const seen: string[] = [];
    let next: string | undefined = `${LIST}?limit=5&fields=name,status`;
    while (next) {
      const { body } = await stage.graph("GET", next.replace(stage.simulator.url, ""));
      for (const template of body.data) {
        expect(Object.keys(template).sort()).toEqual(["id", "name", "status"]);
        seen.push(template.id);
      }
      next = body.paging.next;
    }
    expect(seen).toHaveLength(demoAccount.templates.length);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("never puts a token into its links", async () => {
    await using stage = await setStage();
    const { body } = await stage.graph(
      "GET",
      `${LIST}?limit=1&access_token=${demoAccount.token.value}`,
      undefined,
      "",
    );
    expect(body.paging.next).not.toContain(demoAccount.token.value);
  });

  test("refuses an unknown cursor with 131059 from v24.0 on, and with 100 before", async () => {
    await using stage = await setStage();
    expect((await stage.graph("GET", `${LIST}?after=bm90aGluZw`)).body.error.code).toBe(131059);
    const old = await stage.graph("GET", `/v23.0/${WABA}/message_templates?after=bm90aGluZw`);
    expect(old.body.error.code).toBe(100);
  });

  test("is filtered by name and status", async () => {
    await using stage = await setStage();
    await stage.simulator.setTemplateStatus("order_shipped", "PAUSED", { language: "ar" });
    const { body } = await stage.graph("GET", `${LIST}?name=order_shipped&status=PAUSED`);
    expect(body.data.map(({ language }: { language: string }) => language)).toEqual(["ar"]);
  });

  test("refuses a field that does not exist", async () => {
    await using stage = await setStage();
    const { body } = await stage.graph("GET", `${LIST}?fields=name,colour`);
    expect(body.error.message).toContain("nonexistent field (colour)");
  });
});

describe("creating a template", () => {
  const creation = {
    name: "back_in_stock",
    language: "en_US",
    category: "utility",
    components: [{ type: "body", text: "Your {{1}} is back in stock." }],
  };

  test("leaves it pending, then approves it and says so by webhook", async () => {
    await using stage = await setStage();
    const { body } = await stage.graph("POST", LIST, creation);
    expect(body).toEqual({ id: expect.stringMatching(/^\d+$/), status: "PENDING", category: "UTILITY" });
    await stage.receiver.until((receiver) => receiver.changes().length === 1, { withinMs: 10_000 });
    expect(stage.receiver.changes()[0]).toEqual({
      field: "message_template_status_update",
      value: {
        event: "APPROVED",
        message_template_id: Number(body.id),
        message_template_name: "back_in_stock",
        message_template_language: "en-US",
        reason: "NONE",
        message_template_category: "UTILITY",
      },
    });
    expect((await stage.graph("GET", `/v25.0/${body.id}?fields=status`)).body.status).toBe("APPROVED");
  });

  test("ends in a rejection where the review rejects", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "template_rejected", count: 1 });
    const { body } = await stage.graph("POST", LIST, creation);
    await stage.receiver.until((receiver) => receiver.changes().length === 1, { withinMs: 10_000 });
    expect(stage.receiver.changes()[0]?.value).toMatchObject({ event: "REJECTED", reason: "INVALID_FORMAT" });
    expect((await stage.graph("GET", `/v25.0/${body.id}?fields=rejected_reason`)).body.rejected_reason).toBe(
      "INVALID_FORMAT",
    );
  });

  test.each([
    ["a name with capitals", { name: "Back" }],
    ["a variable at the start", { components: [{ type: "BODY", text: "{{1}} is back." }] }],
    ["two variables side by side", { components: [{ type: "BODY", text: "Your {{1}} {{2}} is back." }] }],
    ["no body", { components: [{ type: "FOOTER", text: "Bye" }] }],
    [
      "a footer that is too long",
      { components: [...creation.components, { type: "FOOTER", text: "x".repeat(61) }] },
    ],
    [
      "mixed buttons",
      {
        components: [
          ...creation.components,
          {
            type: "BUTTONS",
            buttons: [
              { type: "QUICK_REPLY", text: "A" },
              { type: "PHONE_NUMBER", text: "B", phone_number: "+15550783881" },
              { type: "QUICK_REPLY", text: "C" },
            ],
          },
        ],
      },
    ],
  ])("is refused with code 100 and a subcode for %s", async (_what, changes) => {
    await using stage = await setStage();
    const { status, body } = await stage.graph("POST", LIST, { ...creation, ...changes });
    expect([status, body.error.code, String(body.error.error_subcode)]).toEqual([
      400,
      100,
      expect.stringMatching(/^2388/),
    ]);
  });

  test("is refused for a name and language that exist, and for a deleted name", async () => {
    await using stage = await setStage();
    const again = { ...creation, name: "order_confirmation", language: "en" };
    expect((await stage.graph("POST", LIST, again)).body.error.error_subcode).toBe(2388024);
    expect((await stage.graph("DELETE", `${LIST}?name=order_confirmation`)).body).toEqual({ success: true });
    expect((await stage.graph("GET", `${LIST}?name=order_confirmation`)).body.data).toEqual([]);
    expect((await stage.graph("POST", LIST, again)).body.error.error_subcode).toBe(2388023);
    await stage.simulator.advance(31 * 86_400_000);
    expect((await stage.graph("POST", LIST, again)).status).toBe(200);
  });

  test("is refused after 100 in an hour", async () => {
    await using stage = await setStage({ reviewMs: 60_000 });
    const answers = [];
    for (let n = 0; n <= 100; n++)
      answers.push(await stage.graph("POST", LIST, { ...creation, name: `plant_${n}` }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.at(-1)?.body.error.code).toBe(80008);
  });
});

test("deleting one id leaves the other languages", async () => {
  await using stage = await setStage();
  const { body } = await stage.graph("GET", `${LIST}?name=order_confirmation&language=ar&fields=id`);
  await stage.graph("DELETE", `${LIST}?name=order_confirmation&hsm_id=${body.data[0].id}`);
  const left = await stage.graph("GET", `${LIST}?name=order_confirmation&fields=language`);
  expect(left.body.data.map(({ language }: { language: string }) => language)).toEqual([
    "en",
    "si",
    "ta",
    "hi",
    "es",
  ]);
});

test("the demo templates pass Meta's own checks of a creation", async () => {
  await using stage = await setStage();
  for (const { name, language, category, parameterFormat, components } of demoAccount.templates) {
    const creation = {
      name: `new_${name}`,
      language,
      category,
      parameter_format: parameterFormat,
      components,
    };
    expect((await stage.graph("POST", LIST, creation)).body).toMatchObject({ status: "PENDING" });
  }
});
