import { describe, expect, it } from "vitest";
import { checkTemplate, type ListedTemplate, syncedTemplate, type WantedTemplate } from "./template-check.ts";

const listed = (more: Partial<ListedTemplate> = {}): ListedTemplate => ({
  name: "order_confirmation",
  language: "en_US",
  status: "APPROVED",
  category: "UTILITY",
  components: [{ type: "BODY", text: "Hi {{name}}, order {{order_code}} is confirmed." }],
  parameterFormat: "NAMED",
  ...more,
});
const wanted = (more: Partial<WantedTemplate> = {}): WantedTemplate => ({
  name: "order_confirmation",
  languages: ["en_US"],
  params: { name: "Sheena", order_code: "A-1" },
  forMarketing: false,
  ...more,
});
const check = (want: Partial<WantedTemplate> = {}, ...templates: Partial<ListedTemplate>[]) =>
  checkTemplate({
    wanted: wanted(want),
    synced: (templates.length === 0 ? [{}] : templates).map((more) => syncedTemplate(listed(more))),
  });
const problemOf = (result: ReturnType<typeof check>) => (result.ok ? undefined : result.problem);

describe("a template can carry the values", () => {
  it("and says in which language, as what, and how", () => {
    expect(check()).toMatchObject({
      ok: true,
      language: "en_US",
      status: "APPROVED",
      category: "UTILITY",
      arguments: {
        parameterFormat: "named",
        body: [
          { name: "name", text: "Sheena" },
          { name: "order_code", text: "A-1" },
        ],
        buttons: [],
      },
    });
  });

  it("of every component", () => {
    const components = [
      { type: "HEADER", format: "TEXT", text: "Order {{1}}" },
      { type: "BODY", text: "Use {{1}} or {{2}}." },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY" },
          { type: "QUICK_REPLY" },
          { type: "URL", url: "https://example.com/{{1}}" },
          { type: "COPY_CODE" },
        ],
      },
    ];
    const params = {
      "1": "a",
      "2": "b",
      header_1: "A-1",
      button_1: "yes",
      button_2: "a-1?x=1",
      button_3: "25OFF",
    };
    expect(check({ params }, { components, parameterFormat: "POSITIONAL" })).toMatchObject({
      ok: true,
      arguments: {
        parameterFormat: "positional",
        header: { kind: "text", variables: [{ name: "1", text: "A-1" }] },
        body: [
          { name: "1", text: "a" },
          { name: "2", text: "b" },
        ],
        buttons: [
          { kind: "quick_reply", index: 1, value: "yes" },
          { kind: "url", index: 2, value: "a-1?x=1" },
          { kind: "copy_code", index: 3, value: "25OFF" },
        ],
      },
    });
  });

  it.each([
    ["IMAGE", { header_image: "1003383421387256" }, { kind: "image", media: { id: "1003383421387256" } }],
    [
      "VIDEO",
      { header_video: "https://a.example/v" },
      { kind: "video", media: { link: "https://a.example/v" } },
    ],
    ["DOCUMENT", { header_document: "1" }, { kind: "document", media: { id: "1" } }],
    [
      "DOCUMENT",
      { header_document: "1", header_filename: "invoice.pdf" },
      { kind: "document", media: { id: "1" }, filename: "invoice.pdf" },
    ],
    [
      "LOCATION",
      {
        header_latitude: "6.9271",
        header_longitude: "-79.8612",
        header_name: "Shop",
        header_address: "1 Main St",
      },
      { kind: "location", latitude: "6.9271", longitude: "-79.8612", name: "Shop", address: "1 Main St" },
    ],
  ])("of a %s header with %j", (format, params, header) => {
    const components = [
      { type: "HEADER", format },
      { type: "BODY", text: "Hello." },
    ];
    expect(check({ params }, { components })).toMatchObject({ ok: true, arguments: { header } });
  });

  it("of a named header from the same names as the body", () => {
    const components = [
      { type: "HEADER", format: "TEXT", text: "For {{name}}" },
      { type: "BODY", text: "Order {{order_code}} is confirmed." },
    ];
    expect(check({}, { components })).toMatchObject({
      ok: true,
      arguments: { header: { kind: "text", variables: [{ name: "name", text: "Sheena" }] } },
    });
  });
});

describe("the language", () => {
  it("is the one that fits the first wanted one best (D 4.3)", () => {
    const result = check({ languages: ["pt", "en_US"] }, { language: "en_US" }, { language: "pt_BR" });
    expect(result).toMatchObject({ ok: true, language: "pt_BR" });
  });

  it("is missing with a sentence that says which there are and what to do (D 4.3)", () => {
    expect(
      problemOf(check({ languages: ["zh-Hant", "en"] }, { language: "zh_CN" }, { language: "fr" })),
    ).toEqual({
      code: "template_language_missing",
      sentence:
        "The template order_confirmation exists in zh_CN, fr and not in zh-Hant or en: add a language at Meta, or set the workspace's language to one that it has.",
    });
  });

  it("is not changed to get around a paused template", () => {
    const result = check(
      { languages: ["es", "en_US"] },
      { language: "es", status: "PAUSED" },
      { language: "en_US" },
    );
    expect(problemOf(result)).toMatchObject({ code: "template_not_approved", status: "PAUSED" });
  });
});

describe("a template is not sent", () => {
  it("when there is none of the name", () => {
    expect(problemOf(check({ name: "other" }))).toEqual({
      code: "template_missing",
      sentence: "There is no template other: create it at Meta, or sync the templates.",
    });
  });

  it.each(["PENDING", "REJECTED", "PAUSED", "DISABLED", "ARCHIVED", "approved"])(
    "when it is %s",
    (status) => {
      expect(problemOf(check({}, { status }))).toMatchObject({ code: "template_not_approved", status });
    },
  );

  it("when Meta files it under marketing and it is for something else", () => {
    const result = check({}, { category: "MARKETING" });
    expect(problemOf(result)).toMatchObject({ code: "category_mismatch", category: "MARKETING" });
    expect(check({ forMarketing: true }, { category: "MARKETING" }).ok).toBe(true);
  });

  it("when Meta made it by itself of a message without a template (D 7)", () => {
    const result = check({}, { source: "AUTO_GENERATED" });
    expect(problemOf(result)).toMatchObject({ code: "template_auto_generated" });
    expect(check({}, { source: "USER_CREATED" }).ok).toBe(true);
  });

  const image = [
    { type: "HEADER", format: "IMAGE" },
    { type: "BODY", text: "Hello." },
  ];
  const place = [
    { type: "HEADER", format: "LOCATION" },
    { type: "BODY", text: "Hello." },
  ];
  const at = { header_longitude: "0", header_name: "Shop", header_address: "1 Main St" };
  const button = (type: string) => [
    { type: "BODY", text: "Hello." },
    { type: "BUTTONS", buttons: [{ type, url: "https://example.com/{{1}}" }] },
  ];
  const title = [
    { type: "HEADER", format: "TEXT", text: "Order {{code}}" },
    { type: "BODY", text: "Hello." },
  ];
  const named = { name: "Sheena", order_code: "A-1" };

  it.each<[string, unknown, Record<string, string>, string, string]>([
    ["a value is not given", undefined, { name: "Sheena" }, "parameter_missing", "order_code"],
    ["a value is empty", undefined, { name: "", order_code: "A-1" }, "parameter_missing", "name"],
    ["a value is blank", undefined, { name: " \t", order_code: "A-1" }, "parameter_missing", "name"],
    ["the header has no file", image, {}, "parameter_missing", "header_image"],
    ["the link has no end", button("URL"), {}, "parameter_missing", "button_0"],
    ["there is no code to copy", button("COPY_CODE"), {}, "parameter_missing", "button_0"],
    ["a value has no place", undefined, { ...named, total: "5" }, "parameter_unexpected", "total"],
    [
      "a file has no header",
      undefined,
      { ...named, header_image: "1" },
      "parameter_unexpected",
      "header_image",
    ],
    [
      "a call button gets a value",
      button("PHONE_NUMBER"),
      { button_0: "x" },
      "parameter_unexpected",
      "button_0",
    ],
    [
      "a name is one of an object's own",
      undefined,
      { ...named, toString: "x" },
      "parameter_unexpected",
      "toString",
    ],
    ["the file is of another kind", image, { header_video: "1" }, "parameter_kind_mismatch", "header_video"],
    [
      "the file is not https",
      image,
      { header_image: "http://a.example" },
      "parameter_kind_mismatch",
      "header_image",
    ],
    ["the file is no link", image, { header_image: "picture" }, "parameter_kind_mismatch", "header_image"],
    [
      "the place is off the globe",
      place,
      { ...at, header_latitude: "91" },
      "parameter_kind_mismatch",
      "header_latitude",
    ],
    [
      "the place is words",
      place,
      { ...at, header_latitude: "north" },
      "parameter_kind_mismatch",
      "header_latitude",
    ],
    ["the link's end has a space", button("URL"), { button_0: "a b" }, "parameter_kind_mismatch", "button_0"],
    ["it has a carousel", [...image, { type: "CAROUSEL" }], {}, "parameter_kind_mismatch", "carousel"],
    ["the header gets too long", title, { code: "x".repeat(55) }, "parameter_too_long", "code"],
    [
      "the body gets too long",
      undefined,
      { ...named, name: "x".repeat(1_000) },
      "parameter_too_long",
      "name",
    ],
    [
      "the code is too long",
      button("COPY_CODE"),
      { button_0: "x".repeat(21) },
      "parameter_too_long",
      "button_0",
    ],
    [
      "the payload is too long",
      button("QUICK_REPLY"),
      { button_0: "x".repeat(257) },
      "parameter_too_long",
      "button_0",
    ],
  ])("when %s", (_rule, components, params, code, parameter) => {
    const result = check({ params }, components === undefined ? {} : { components });
    expect(problemOf(result)).toMatchObject({
      code,
      parameter,
      sentence: expect.stringContaining(parameter),
    });
  });

  it("and what exactly fits is sent", () => {
    const room = 1_024 - "Hi , order A-1 is confirmed.".length;
    expect(check({ params: { ...named, name: "x".repeat(room) } }).ok).toBe(true);
    expect(check({ params: { ...named, name: "x".repeat(room + 1) } }).ok).toBe(false);
    expect(check({ params: { code: "x".repeat(54) } }, { components: title }).ok).toBe(true);
    expect(check({ params: { button_0: "x".repeat(20) } }, { components: button("COPY_CODE") }).ok).toBe(
      true,
    );
    expect(check({ params: {} }, { components: button("QUICK_REPLY") }).ok).toBe(true);
  });

  it("and the reason never shows a value", () => {
    const result = check({ params: { ...named, name: `Sheena ${"x".repeat(1_100)}` } });
    expect(JSON.stringify(problemOf(result))).not.toContain("Sheena");
  });
});
