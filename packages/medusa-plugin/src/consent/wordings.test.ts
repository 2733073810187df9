import { expect, test } from "vitest";
import { wordingsIn } from "./wordings.ts";

const wording = (language: string) =>
  ({ id: "box", version: "1", language, purpose: "order-updates", text: "…" }) as const;
const offered = [wording("en"), wording("pt-BR"), wording("si-LK"), wording("zh-CN")];
const languages = (language: string | undefined, shop = "en") =>
  wordingsIn(offered, language, shop).map((one) => one.language);

test("the language that fits best, in a script that can be read, else the shop's own (D 4.3)", () => {
  expect(languages("pt-br")).toEqual(["pt-BR"]);
  expect(languages("pt-PT")).toEqual(["pt-BR"]);
  expect(languages("de")).toEqual(["en"]);
  expect(languages("zh-Hant")).toEqual(["en"]);
  expect(languages(undefined, "si-LK")).toEqual(["si-LK"]);
});

test("a shop that offers none in its own language shows what it has", () => {
  expect(languages("de", "fr")).toEqual(["en", "pt-BR", "si-LK", "zh-CN"]);
});
