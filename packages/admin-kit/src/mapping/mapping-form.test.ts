import { expect, test } from "vitest";
import { exampleContent, exampleMapping } from "../../preview/example-mapping.ts";
import type { ContentType, Mapping } from "./mapping.ts";
import { formOf, mappingOf, NO_MAPPING, withContentType, withOrder, withPhone } from "./mapping-form.ts";

const content = exampleContent();
const [ORDER, BOOKING] = content.choices.orders as [ContentType, ContentType];
const saved = exampleMapping();

test("a saved mapping is sent again as it was", () => {
  expect(mappingOf(formOf(saved, content), content)).toEqual(saved);
});

test("a mapping of only what is needed is sent without the rest", () => {
  const small: Mapping = {
    order: {
      content_type: ORDER.uid,
      created: "order.placed",
      states: {},
      fields: { phone: ["phone"], code: "number", total: "total", currency: { attribute: "currency" } },
    },
    account: null,
  };
  expect(mappingOf(formOf(small, content), content)).toEqual(small);
});

test("what a mapping names and the content no longer has is still in the form", () => {
  const attributes = ORDER.attributes.filter(({ path }) => path !== "state");
  const renamed = { ...content, choices: { ...content.choices, orders: [{ ...ORDER, attributes }] } };
  const form = formOf(saved, renamed);
  expect(form.order.attributes.state).toBe("state");
  expect(form.states).toEqual([
    { state: "shipped", event: "order.shipped" },
    { state: "cancelled", event: "order.cancelled" },
  ]);
  expect(mappingOf(form, renamed)).toEqual(saved);
});

test("another content type begins anew from what its attributes are called, and leaves the accounts as they are", () => {
  const before = formOf(saved, content);
  const form = withContentType(before, BOOKING);
  expect(form).toMatchObject({
    contentType: BOOKING.uid,
    order: { phones: ["mobile", ""], attributes: { state: "status", total: "amount", code: "" } },
    created: "",
    states: [],
    consentAttribute: "",
    account: before.account,
  });
  expect(withContentType(before, undefined)).toEqual({ ...NO_MAPPING, account: before.account });
});

test("an enumeration has a row for each of its values; another state attribute has other rows", () => {
  const form = withContentType(NO_MAPPING, ORDER);
  expect(form.states.map(({ state }) => state)).toEqual(["new", "paid", "shipped", "cancelled"]);
  const order = { ...form.order, attributes: { ...form.order.attributes, state: "number" } };
  expect(withOrder(form, order, ORDER.attributes).states).toEqual([]);
});

test("a row that was added and not yet filled in stays while other attributes are chosen", () => {
  const typed = { ...formOf(saved, content), states: [{ state: "", event: "" }] };
  const order = { ...typed.order, attributes: { ...typed.order.attributes, name: "" } };
  expect(withOrder(typed, order, ORDER.attributes).states).toEqual([{ state: "", event: "" }]);
});

test("there is a place for one more phone number, up to three, and no gap", () => {
  expect(withPhone([""], 0, "phone")).toEqual(["phone", ""]);
  expect(withPhone(["phone", "address.phone", ""], 2, "other")).toEqual(["phone", "address.phone", "other"]);
  expect(withPhone(["phone", "address.phone", "other"], 0, "")).toEqual(["address.phone", "other", ""]);
});

test("one currency for all counts only where no attribute is chosen for it", () => {
  const form = formOf(saved, content);
  const withBoth = {
    ...form,
    order: { ...form.order, attributes: { ...form.order.attributes, currency: "currency" } },
  };
  expect(form.order.values.currency).toBe("LKR");
  expect(mappingOf(withBoth, content).order?.fields.currency).toEqual({ attribute: "currency" });
});

test("accounts that the host does not have are not sent", () => {
  const without = { ...content, choices: { ...content.choices, account: [] } };
  expect(mappingOf(formOf(saved, without), without).account).toBeNull();
});
