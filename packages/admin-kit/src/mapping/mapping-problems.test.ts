import { expect, test } from "vitest";
import { exampleContent, exampleMapping } from "../../preview/example-mapping.ts";
import { formOf, type MappingForm, NO_MAPPING } from "./mapping-form.ts";
import { mappingProblems, statePointer } from "./mapping-problems.ts";

const content = exampleContent();
const good = formOf(exampleMapping(), content);

const withOrder = (change: Partial<MappingForm["order"]>): MappingForm => ({
  ...good,
  order: { ...good.order, ...change },
});
const withAttribute = (changed: Partial<MappingForm["order"]["attributes"]>) =>
  withOrder({ attributes: { ...good.order.attributes, ...changed } });
const problems = (form: MappingForm) => mappingProblems(form, content);

test("nothing is wrong with a mapping that fits", () => {
  expect(problems(good)).toEqual({});
});

test("first of all a content type is asked for, also where the chosen one is gone", () => {
  const asked = { "/order/content_type": "mapping.wrong.type" };
  expect(problems(NO_MAPPING)).toEqual(asked);
  expect(problems({ ...good, contentType: "api::gone.gone" })).toEqual(asked);
});

test("a phone number, an order number, a total and a currency are needed", () => {
  const empty = withOrder({
    phones: [""],
    attributes: { ...good.order.attributes, code: "", total: "", currency: "" },
    values: { country: "", currency: "rupees" },
  });
  expect(problems(empty)).toEqual({
    "/order/fields/phone/0": "mapping.wrong.attribute",
    "/order/fields/code": "mapping.wrong.attribute",
    "/order/fields/total": "mapping.wrong.attribute",
    "/order/fields/currency/value": "mapping.wrong.currency",
  });
});

test("an attribute that is gone, or of a type that does not fit any more, is named where it is chosen", () => {
  expect(problems(withAttribute({ name: "nickname" }))).toEqual({
    "/order/fields/name": "mapping.wrong.gone",
  });
  expect(problems(withAttribute({ total: "agreed" }))).toEqual({
    "/order/fields/total": "mapping.wrong.gone",
  });
  expect(problems(withOrder({ phones: ["phone", "fax", ""] }))).toEqual({
    "/order/fields/phone/1": "mapping.wrong.gone",
  });
  expect(problems({ ...good, consentAttribute: "newsletter" })).toEqual({
    "/order/fields/consent/attribute": "mapping.wrong.gone",
  });
  expect(problems({ ...good, account: { ...good.account, phones: ["fax", ""] } })).toEqual({
    "/account/phone/0": "mapping.wrong.gone",
  });
});

test("a country is two letters or nothing, and is not looked at where an attribute says it", () => {
  const values = { ...good.order.values, country: "Sri Lanka" };
  const attributes = { ...good.order.attributes, country: "" };
  expect(problems(withOrder({ values, attributes }))).toEqual({
    "/order/fields/country/value": "mapping.wrong.country",
  });
  expect(
    problems(withOrder({ values, attributes: { ...good.order.attributes, country: "address.country" } })),
  ).toEqual({});
});

test("at least one change is an event", () => {
  expect(problems({ ...good, created: "", states: [] })).toEqual({ "/order/created": "mapping.wrong.event" });
});

test("a state that is told has a name, once, and an attribute that holds it", () => {
  const states = [
    { state: " ", event: "order.paid" },
    { state: "shipped", event: "order.shipped" },
    { state: "shipped ", event: "order.delivered" },
    { state: "", event: "" },
  ];
  expect(problems({ ...withAttribute({ state: "" }), states })).toEqual({
    "/order/fields/state": "mapping.wrong.stateAttribute",
    "/order/states/": "mapping.wrong.state",
    "/order/states/shipped": "mapping.wrong.twice",
  });
});

test("a box without the words beside it is no consent", () => {
  expect(problems({ ...good, wording: null })).toEqual({
    "/order/fields/consent/wording_id": "mapping.wrong.wording",
  });
});

test("a state is escaped in its pointer", () => {
  expect(statePointer("out/for~delivery")).toBe("/order/states/out~1for~0delivery");
});
