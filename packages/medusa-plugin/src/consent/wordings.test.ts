import { expect, test } from "vitest";
import { wordingsIn } from "./wordings.ts";

const wording = (language: string) =>
  ({ id: "box", version: "1", language, purpose: "order-updates", text: "…" }) as const;
const offered = [wording("en"), wording("pt-BR"), wording("si-LK")];
const languages = (language: string | undefined, shop = "en") =>
  wordingsIn(offered, language, shop).map((one) => one.language);

test("the very language, else its base language, else the shop's own", () => {
  expect(languages("pt-br")).toEqual(["pt-BR"]);
  expect(languages("pt-PT")).toEqual(["pt-BR"]);
  expect(languages("de")).toEqual(["en"]);
  expect(languages(undefined, "si-LK")).toEqual(["si-LK"]);
});

test("a shop that offers none in its own language shows what it has", () => {
  expect(languages("de", "fr")).toEqual(["en", "pt-BR", "si-LK"]);
});
