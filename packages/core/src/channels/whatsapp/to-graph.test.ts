import { describe, expect, it } from "vitest";
import { pii } from "../../kernel/pii.ts";
import type { TemplateArguments } from "../../templates/index.ts";
import { checkTemplate, syncedTemplate } from "../../templates/template-check.ts";
import type { TemplateMessage } from "../channel.ts";
import { attemptOfMark } from "./attempt-mark.ts";
import { templateMessageBody } from "./to-graph.ts";

const ATTEMPT = "0b9a5a3e-8f4b-4c1c-9a51-2f6b2f2f0a01";
const nothing: TemplateArguments = { parameterFormat: "positional", body: [], buttons: [] };
const to = { kind: "phone", value: pii("+16505551234") } as const;

function body(
  filled: Partial<TemplateArguments>,
  more: Partial<TemplateMessage> = {},
): Record<string, unknown> {
  const message = { to, name: "order_confirmation", language: "en_US", attemptId: ATTEMPT, ...more };
  return templateMessageBody({ ...message, arguments: { ...nothing, ...filled } }) as Record<string, unknown>;
}

const components = (filled: Partial<TemplateArguments>) =>
  (body(filled)["template"] as { components?: unknown }).components;

describe("the body of a template message", () => {
  it("goes to a phone with its plus, marked with the attempt", () => {
    expect(body({})).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+16505551234",
      type: "template",
      template: { name: "order_confirmation", language: { code: "en_US" } },
      biz_opaque_callback_data: `v1.${ATTEMPT}`,
    });
  });

  it("never has a category, which would send it without an approved template (D 7)", () => {
    const text = { name: "order_code", text: "A-1" };
    const header = { kind: "text", variables: [text] } as const;
    const buttons = [{ kind: "url", index: 0, value: "x" }] as const;
    for (const to of [
      { kind: "phone", value: pii("+16505551234") },
      { kind: "bsuid", value: pii("US.13491208655302741918") },
    ] as const) {
      const sent = body({ header, body: [text], buttons }, { to });
      expect(sent["type"]).toBe("template");
      expect(JSON.stringify(sent)).not.toContain('"category"');
    }
  });

  it("goes to a user id as recipient and never as to", () => {
    const sent = body({}, { to: { kind: "bsuid", value: pii("US.13491208655302741918") } });
    expect(sent["recipient"]).toBe("US.13491208655302741918");
    expect(sent).not.toHaveProperty("to");
  });

  it("carries a mark that leads back to the attempt", () => {
    expect(attemptOfMark(body({})["biz_opaque_callback_data"] as string)).toBe(ATTEMPT);
  });

  it("names its parameters only for a named template", () => {
    const filled = { body: [{ name: "code", text: "A-1" }] };
    expect(components(filled)).toEqual([{ type: "body", parameters: [{ type: "text", text: "A-1" }] }]);
    expect(components({ ...filled, parameterFormat: "named" })).toEqual([
      { type: "body", parameters: [{ type: "text", parameter_name: "code", text: "A-1" }] },
    ]);
  });

  it.each<[TemplateArguments["header"], object]>([
    [
      { kind: "text", variables: [{ name: "1", text: "Hi" }] },
      { type: "text", text: "Hi" },
    ],
    [
      { kind: "image", media: { id: "1" } },
      { type: "image", image: { id: "1" } },
    ],
    [
      { kind: "video", media: { link: "https://example.com/v.mp4" } },
      { type: "video", video: { link: "https://example.com/v.mp4" } },
    ],
    [
      { kind: "document", media: { id: "1" }, filename: "invoice.pdf" },
      { type: "document", document: { id: "1", filename: "invoice.pdf" } },
    ],
    [
      { kind: "document", media: { id: "1" } },
      { type: "document", document: { id: "1" } },
    ],
    [
      { kind: "location", latitude: "1.5", longitude: "2", name: "Shop", address: "1 Main St" },
      { type: "location", location: { latitude: "1.5", longitude: "2", name: "Shop", address: "1 Main St" } },
    ],
  ])("has the header %j", (header, parameter) => {
    expect(components({ ...(header && { header }) })).toEqual([{ type: "header", parameters: [parameter] }]);
  });

  it.each([
    ["url", { type: "text", text: "x" }],
    ["quick_reply", { type: "payload", payload: "x" }],
    ["copy_code", { type: "coupon_code", coupon_code: "x" }],
  ] as const)("has a %s button at its place in the template", (kind, parameter) => {
    expect(components({ buttons: [{ kind, index: 2, value: "x" }] })).toEqual([
      { type: "button", sub_type: kind, index: "2", parameters: [parameter] },
    ]);
  });

  it("takes what the template check maps, component by component", () => {
    const synced = syncedTemplate({
      name: "shipped",
      language: "en_US",
      status: "APPROVED",
      category: "UTILITY",
      components: [
        { type: "HEADER", format: "IMAGE" },
        { type: "BODY", text: "Order {{1}} is on its way to {{2}}." },
        {
          type: "BUTTONS",
          buttons: [{ type: "QUICK_REPLY" }, { type: "URL", url: "https://example.com/t/{{1}}" }],
        },
      ],
    });
    const params = { "1": "A-1", "2": "Colombo", header_image: "https://example.com/i.jpg", button_1: "abc" };
    const fit = checkTemplate({
      wanted: { name: "shipped", languages: ["en-US"], params, forMarketing: false },
      synced: [synced],
    });
    if (!fit.ok) throw new Error(fit.problem.sentence);
    expect(components(fit.arguments)).toEqual([
      { type: "header", parameters: [{ type: "image", image: { link: "https://example.com/i.jpg" } }] },
      {
        type: "body",
        parameters: [
          { type: "text", text: "A-1" },
          { type: "text", text: "Colombo" },
        ],
      },
      { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "abc" }] },
    ]);
  });
});
