import { expect, test } from "vitest";
import { createTranslator } from "./translator.ts";

test("puts parameters into a text, numbers as the language writes them", () => {
  const t = createTranslator("de", {
    "day.today": "Heute",
    "templates.synced": { other: "{count} Vorlagen" },
  });
  expect(t("day.today")).toBe("Heute");
  expect(t("templates.synced", { count: 12_345 })).toBe("12.345 Vorlagen");
});

test("takes a parameter as it is, even where it looks like a placeholder or a replacement pattern", () => {
  const t = createTranslator("en");
  expect(t("rules.for", { purpose: "$& {purpose}" })).toBe("For: $& {purpose}");
});

test("keeps a parameter in its own direction where the language runs from right to left", () => {
  const t = createTranslator("ar", {
    "rules.for": "\u0644: {purpose}",
    "templates.synced": { other: "{count}" },
  });
  expect(t("rules.for", { purpose: "+1 650" })).toBe("\u0644: \u2068+1 650\u2069");
  expect(t("templates.synced", { count: 3 })).not.toContain("\u2068");
});

test("chooses the plural form of the language", () => {
  const english = createTranslator("en");
  expect(english("templates.synced", { count: 1 })).toBe("1 template is up to date.");
  expect(english("templates.synced", { count: 2 })).toBe("2 templates are up to date.");
  const arabic = createTranslator("ar-EG", {
    "templates.synced": { two: "two", few: "few", other: "other" },
  });
  expect([2, 3, 100].map((count) => arabic("templates.synced", { count }))).toEqual(["two", "few", "other"]);
});

test("says in English what a translation leaves out", () => {
  expect(createTranslator("de", {})("day.yesterday")).toBe("Yesterday");
});

test("a text without its parameters does not compile", () => {
  const t = createTranslator("en");
  // @ts-expect-error: `purpose` is missing.
  expect(t("rules.for")).toContain("{purpose}");
  // @ts-expect-error: there is no such parameter.
  expect(t("rules.for", { purpose: "support", event: "x" })).toBe("For: support");
});
