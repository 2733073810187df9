import { expect, test } from "vitest";
import { rule, template } from "../../preview/example-shop.ts";
import { createI18n } from "../i18n/i18n.ts";
import { languageName, languagesOf, ruleLanguages, templateStatus } from "./template-view.ts";

const i18n = createI18n({ locale: "en" });

test("a rule shows the status of its template in each of its languages", () => {
  const both = { ...rule("order.placed", "order_confirmation"), languages: ["en", "si"] };
  const templates = [
    template("order_confirmation", "en", "APPROVED"),
    template("another", "si", "APPROVED"),
    template("order_confirmation", "ta", "APPROVED"),
  ];
  expect(ruleLanguages(i18n, both, templates)).toEqual([
    { language: "en", tone: "success", label: "Approved" },
    { language: "si", tone: "danger", label: "Not found" },
  ]);
});

test("a status that Meta adds is shown as Meta writes it", () => {
  expect(templateStatus(i18n, "FROZEN")).toEqual({ tone: "neutral", label: "FROZEN" });
});

test("the languages to choose from are those of the templates, each once, and the chosen one stays to be seen (D 4.3)", () => {
  const templates = [
    template("order_confirmation", "pt_BR", "APPROVED"),
    template("order_shipped", "pt_BR", "APPROVED"),
    template("order_shipped", "en", "APPROVED"),
  ];
  expect(languagesOf(templates, null)).toEqual(["en", "pt-BR"]);
  expect(languagesOf(templates, "si")).toEqual(["en", "pt-BR", "si"]);
  expect(languageName(i18n, "pt-BR")).toBe("Brazilian Portuguese");
  expect(languageName(i18n, "not a tag")).toBe("not a tag");
});
