import { expect, test } from "vitest";
import { directionOf } from "./direction.ts";
import { createI18n } from "./i18n.ts";

test.each([
  ["en", "ltr"],
  ["ar", "rtl"],
  ["he-IL", "rtl"],
  ["ur", "rtl"],
  ["ur-Latn", "ltr"],
  ["si", "ltr"],
  ["dv", "rtl"],
])("%s is written %s", (locale, direction) => {
  expect(directionOf(locale)).toBe(direction);
});

test("a regional locale is served by the texts of its language, a text of its own comes first", () => {
  const catalogs = { pt: { "day.today": "Hoje" }, "pt-BR": { "day.today": "Hoje mesmo" } } as const;
  expect(createI18n({ locale: "pt-PT", catalogs }).t("day.today")).toBe("Hoje");
  expect(createI18n({ locale: "pt-BR", catalogs }).t("day.today")).toBe("Hoje mesmo");
});

test("a viewer whose language has no texts gets English words, dates and direction together", () => {
  const i18n = createI18n({ locale: "ar" });
  expect([i18n.locale, i18n.direction, i18n.t("day.today")]).toEqual(["en", "ltr", "Today"]);
  expect(createI18n({ locale: "ar", catalogs: { ar: {} } }).direction).toBe("rtl");
});

test("English needs no catalog and keeps the viewer's region", () => {
  expect(createI18n({ locale: "en-GB" }).locale).toBe("en-GB");
});
