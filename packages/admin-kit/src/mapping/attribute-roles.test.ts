import { expect, test } from "vitest";
import { fits, fittingAttributes, ORDER_ROLES, usualAttribute } from "./attribute-roles.ts";
import type { ContentAttribute } from "./mapping.ts";

const attribute = (path: string, type = "string", isPrivate = false): ContentAttribute => ({
  path,
  type,
  private: isPrivate,
});

test("a private attribute is offered as the phone number or the consent alone", () => {
  const attributes = [attribute("hidden", "string", true), attribute("agreed", "boolean", true)];
  expect(fits(attributes, "phone", "hidden")).toBe(true);
  expect(fits(attributes, "consent", "agreed")).toBe(true);
  for (const role of ORDER_ROLES) expect(fittingAttributes(attributes, role)).toEqual([]);
});

test("an attribute is offered only for what its type can be", () => {
  const attributes = [
    attribute("amount", "decimal"),
    attribute("note", "richtext"),
    attribute("done", "boolean"),
    attribute("stage", "enumeration"),
  ];
  const offered = (role: Parameters<typeof fittingAttributes>[1]) =>
    fittingAttributes(attributes, role).map(({ path }) => path);
  expect(offered("total")).toEqual(["amount"]);
  expect(offered("state")).toEqual(["stage"]);
  expect(offered("consent")).toEqual(["done"]);
  expect(offered("phone")).toEqual([]);
});

test("what stands in a component is offered for everything but the state", () => {
  const attributes = [attribute("address.phone"), attribute("delivery.state")];
  expect(fits(attributes, "phone", "address.phone")).toBe(true);
  expect(fittingAttributes(attributes, "state")).toEqual([]);
});

test("a first guess goes by the usual names, however they are written, and never guesses a consent", () => {
  const attributes = [
    attribute("notes"),
    attribute("order_number"),
    attribute("address.phone"),
    attribute("whatsapp", "boolean"),
    attribute("consent", "boolean"),
  ];
  expect(usualAttribute(attributes, "code")).toBe("order_number");
  expect(usualAttribute(attributes, "phone")).toBe("address.phone");
  expect(usualAttribute(attributes, "consent")).toBe("");
  expect(usualAttribute(attributes, "total")).toBe("");
});
