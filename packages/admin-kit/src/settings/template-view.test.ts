import { expect, test } from "vitest";
import { rule, template } from "../../preview/example-shop.ts";
import { createI18n } from "../i18n/i18n.ts";
import { ruleLanguages, templateStatus } from "./template-view.ts";

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
