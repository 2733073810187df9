import { expect, test } from "vitest";
import { exampleContent, exampleEntries } from "../../preview/example-mapping.ts";
import { createI18n } from "../i18n/i18n.ts";
import {
  attributeOptions,
  eventOptions,
  foundByServer,
  previewView,
  typeOptions,
  withoutPlace,
  wordingKey,
  wordingOptions,
} from "./mapping-view.ts";

const i18n = createI18n({ locale: "en" });
const content = exampleContent();
const attributes = content.choices.orders[0]?.attributes ?? [];

test("a private attribute says that it is one", () => {
  expect(attributeOptions(i18n, attributes, "phone", "")).toContainEqual({
    value: "phone",
    label: "phone (private)",
  });
});

test("what was chosen and is gone is still in its list, and says so", () => {
  const gone = { value: "gsm", label: "gsm (no longer there)" };
  expect(attributeOptions(i18n, attributes, "phone", "gsm")).toContainEqual(gone);
  expect(typeOptions(i18n, content, "api::gone.gone").at(-1)?.value).toBe("api::gone.gone");
  const wording = { id: "old", version: "1", language: "en" };
  expect(wordingOptions(i18n, content, wording).at(-1)).toEqual({
    value: wordingKey(wording),
    label: "old 1 (no longer there)",
  });
  for (const options of [
    attributeOptions(i18n, attributes, "phone", "phone"),
    typeOptions(i18n, content, "api::order.order"),
    wordingOptions(i18n, content, content.wordings[0] ?? null),
  ])
    expect(options.filter(({ label }) => label.includes("no longer there"))).toEqual([]);
});

test("the events are those that the server takes, in words where these pages know them", () => {
  const events = ["order.placed", "order.gift_wrapped"];
  expect(eventOptions(i18n, { ...content, events })).toEqual([
    { value: "", label: "No message" },
    { value: "order.placed", label: "Order placed" },
    { value: "order.gift_wrapped", label: "order.gift_wrapped" },
  ]);
});

test("an entry shows what it would tell, to whom, and whether that person agreed", () => {
  const [shipped, broken] = exampleEntries().map((entry) => previewView(i18n, entry));
  expect(shipped).toEqual({
    event: { tone: "info", label: "Order shipped" },
    phone: { masked: "+••••••••34" },
    total: expect.stringContaining("4,999.50"),
    consent: { tone: "success", label: "Opted in" },
  });
  expect(broken).toEqual({
    event: { tone: "neutral", label: "No message" },
    phone: { problem: "Not a phone number" },
    total: null,
    consent: { tone: "warning", label: "Not opted in" },
  });
});

test("an amount has the decimals that ISO 4217 gives its currency (D 4.1)", () => {
  const [entry] = exampleEntries();
  const totalOf = (amount: number, currency: string) =>
    entry && previewView(i18n, { ...entry, total: { amount, currency } }).total;
  expect(totalOf(5_000, "JPY")).toContain("5,000");
  expect(totalOf(1_234, "KWD")).toContain("1.234");
  expect(totalOf(15_000_000, "IDR")).toContain("150,000.00");
});

test("two problems of one place are read after each other; an edited place is forgotten with all inside it", () => {
  const wrong = foundByServer([
    { pointer: "/order/fields/phone", detail: "It is gone." },
    { pointer: "/order/fields/phone", detail: "Choose another." },
    { pointer: "/order/fields/phone/0", detail: "No." },
    { pointer: "/order/fields/phones", detail: "Stays." },
  ]);
  expect(wrong["/order/fields/phone"]).toBe("It is gone. Choose another.");
  expect(withoutPlace(wrong, "/order/fields/phone")).toEqual({ "/order/fields/phones": "Stays." });
});

test("a long wording is shortened in its list, between characters", () => {
  const text = "\u{1F4E6}".repeat(100);
  const [, option] = wordingOptions(
    i18n,
    { ...content, wordings: [{ id: "a", version: "1", language: "en", text }] },
    null,
  );
  expect(option?.label).toBe(`en, version 1: ${"\u{1F4E6}".repeat(59)}…`);
});
