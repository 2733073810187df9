import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filledText, templateShape } from "./template-shape.ts";

const body = { type: "BODY", text: "Thank you." };

describe("the shape of a template", () => {
  it("has numbered variables in the order of their numbers", () => {
    const shape = templateShape(
      [{ type: "BODY", text: "{{2}} and {{10}} and {{1}} and {{2}}" }],
      "POSITIONAL",
    );
    expect(shape).toMatchObject({ parameterFormat: "positional", body: { variables: ["1", "2", "10"] } });
  });

  it("has named variables in the order of the text", () => {
    const shape = templateShape([{ type: "BODY", text: "Hi {{name}}, {{ code }} is for {{name}}" }], "NAMED");
    expect(shape).toMatchObject({ parameterFormat: "named", body: { variables: ["name", "code"] } });
  });

  it.each([
    ["NAMED", "Hi {{name}}", "named"],
    ["named", "Hi", "named"],
    ["Positional", "Hi {{1}}", "positional"],
    [undefined, "Hi {{name}}", "named"],
    [undefined, "Hi {{1}}", "positional"],
    [undefined, "Hi", "positional"],
  ])("takes the format %j with the text %j as %s", (format, text, expected) => {
    expect(templateShape([{ type: "body", text }], format).parameterFormat).toBe(expected);
  });

  it.each([
    [
      { type: "HEADER", format: "TEXT", text: "Order {{1}}" },
      { kind: "text", text: "Order {{1}}", variables: ["1"] },
    ],
    [
      { type: "HEADER", format: "IMAGE" },
      { kind: "image", variables: [] },
    ],
    [
      { type: "header", format: "video" },
      { kind: "video", variables: [] },
    ],
    [
      { type: "HEADER", format: "DOCUMENT" },
      { kind: "document", variables: [] },
    ],
    [
      { type: "HEADER", format: "LOCATION" },
      { kind: "location", variables: [] },
    ],
  ])("has the header %j", (component, header) => {
    expect(templateShape([component, body]).header).toEqual(header);
  });

  it("has buttons by their place", () => {
    const buttons = [
      { type: "QUICK_REPLY", text: "Yes" },
      { type: "URL", text: "Track", url: "https://example.com/{{1}}" },
      { type: "URL", text: "Shop", url: "https://example.com" },
      { type: "PHONE_NUMBER", text: "Call" },
      { type: "COPY_CODE", text: "Copy" },
    ];
    expect(templateShape([body, { type: "BUTTONS", buttons }])).toMatchObject({
      buttons: [
        { kind: "quick_reply", index: 0, variables: [] },
        { kind: "url", index: 1, variables: ["1"] },
        { kind: "static", index: 2, variables: [] },
        { kind: "static", index: 3, variables: [] },
        { kind: "copy_code", index: 4, variables: [] },
      ],
      unsupported: [],
    });
  });

  it.each<[string, unknown, string[]]>([
    ["a carousel", [body, { type: "CAROUSEL", cards: [] }], ["carousel"]],
    ["an offer", [body, { type: "LIMITED_TIME_OFFER" }], ["limited_time_offer"]],
    ["a flow button", [body, { type: "BUTTONS", buttons: [{ type: "FLOW" }] }], ["flow"]],
    ["a header of a new kind", [{ type: "HEADER", format: "HOLOGRAM" }, body], ["header hologram"]],
    ["no body", [{ type: "FOOTER", text: "x" }], ["body"]],
    ["no components", undefined, ["body"]],
    ["components of another form", [7], ["body"]],
  ])("says that it cannot fill %s", (_name, components, unsupported) => {
    expect(templateShape(components).unsupported).toEqual(unsupported);
  });

  it("is read from anything without throwing", () => {
    void fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(templateShape(value).unsupported).toContain("body");
      }),
    );
  });
});

it("fills a text as it will be read, and values cannot bring in further variables", () => {
  const values = new Map([
    ["1", "{{2}}"],
    ["2", "$& B"],
  ]);
  expect(filledText({ text: "{{1}}, {{2}}, {{ 2 }}, {{3}}", variables: ["1", "2", "3"] }, values)).toBe(
    "{{2}}, $& B, $& B, {{3}}",
  );
});
