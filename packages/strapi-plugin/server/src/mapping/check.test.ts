import { expect, test } from "vitest";
import { problemsOf, type Schema } from "./check.ts";
import { type Mapping, mappingSchema, type OrderMapping } from "./mapping.ts";

const wording = {
  id: "checkout",
  version: "1",
  language: "en",
  purpose: "order-updates",
  text: "Yes, tell me on WhatsApp.",
} as const;

const schema: Schema = {
  contentTypes: {
    "api::order.order": {
      kind: "collectionType",
      attributes: {
        code: { type: "string" },
        stage: { type: "enumeration", enum: ["pending", "shipped"] },
        phone: { type: "string", private: true },
        note: { type: "string", private: true },
        total: { type: "decimal" },
        whatsapp: { type: "boolean", private: true },
        pin: { type: "password" },
        address: { type: "component", component: "shop.address" },
        parcels: { type: "component", component: "shop.address", repeatable: true },
      },
    },
    "api::home.home": { kind: "singleType", attributes: {} },
    "admin::user": { kind: "collectionType", attributes: { email: { type: "email" } } },
    "plugin::users-permissions.user": {
      kind: "collectionType",
      attributes: {
        username: { type: "string" },
        phone: { type: "string", private: true },
        password: { type: "password", private: true },
        resetPasswordToken: { type: "string", private: true },
        confirmationToken: { type: "string", private: true },
      },
    },
  },
  components: { "shop.address": { attributes: { phone: { type: "string" }, country: { type: "string" } } } },
};

const order: OrderMapping = {
  content_type: "api::order.order",
  created: "order.placed",
  states: { shipped: "order.shipped" },
  fields: {
    state: "stage",
    phone: ["address.phone", "phone"],
    country: { attribute: "address.country" },
    total: "total",
    currency: { value: "LKR" },
    code: "code",
    consent: { attribute: "whatsapp", wording_id: "checkout", wording_version: "1", wording_language: "en" },
  },
};
const mapping: Mapping = { order, account: { phone: ["phone"], name: "username" } };

const pointersOf = (of: Mapping, within: Schema = schema) =>
  problemsOf(of, within, [wording]).map(({ pointer }) => pointer);
const withFields = (fields: Partial<OrderMapping["fields"]>): Mapping => ({
  ...mapping,
  order: { ...order, fields: { ...order.fields, ...fields } },
});

test("a mapping to what is there is sound, and reads a private field only as phone or consent", () => {
  expect(problemsOf(mapping, schema, [wording])).toEqual([]);
  expect(pointersOf(withFields({ name: "note" }))).toEqual(["/order/fields/name"]);
  expect(pointersOf(withFields({ code: "note" }))).toEqual(["/order/fields/code"]);
});

test.each(["admin::user", "plugin::users-permissions.user", "api::home.home", "api::gone.gone", "toString"])(
  "%s is no order",
  (content_type) => {
    expect(pointersOf({ ...mapping, order: { ...order, content_type } })).toEqual(["/order/content_type"]);
  },
);

test("a password is never read, whatever it is taken for", () => {
  expect(pointersOf(withFields({ phone: ["pin"] }))).toEqual(["/order/fields/phone/0"]);
  for (const secret of ["password", "resetPasswordToken", "confirmationToken"]) {
    expect(pointersOf({ ...mapping, account: { phone: [secret] } }), secret).toEqual(["/account/phone/0"]);
    expect(pointersOf({ ...mapping, account: { phone: ["phone"], name: secret } }), secret).toEqual([
      "/account/name",
    ]);
  }
});

test("a state field that was renamed breaks the mapping and says so", () => {
  const { stage, ...rest } = schema.contentTypes["api::order.order"]?.attributes ?? {};
  const renamed = {
    ...schema,
    contentTypes: {
      ...schema.contentTypes,
      "api::order.order": {
        kind: "collectionType",
        attributes: { ...rest, progress: stage ?? { type: "string" } },
      },
    },
  };
  expect(problemsOf(mapping, renamed, [wording])).toEqual([
    {
      pointer: "/order/fields/state",
      detail: "api::order.order has no attribute stage any more. Choose the one that took its place.",
    },
  ]);
});

test("a state that the enumeration lost breaks the mapping", () => {
  expect(pointersOf({ ...mapping, order: { ...order, states: { sent: "order.shipped" } } })).toEqual([
    "/order/states/sent",
  ]);
});

test("one of many components is nobody's phone", () => {
  expect(pointersOf(withFields({ phone: ["parcels.phone"] }))).toEqual(["/order/fields/phone/0"]);
});

test("an attribute has a type that fits", () => {
  expect(pointersOf(withFields({ total: "whatsapp", consent: undefined }))).toEqual(["/order/fields/total"]);
  expect(
    pointersOf(
      withFields({
        consent: { attribute: "code", wording_id: "checkout", wording_version: "1", wording_language: "en" },
      }),
    ),
  ).toEqual(["/order/fields/consent/attribute"]);
});

test("consent is to a wording that the shop has, in its version and language", () => {
  const consent = {
    attribute: "whatsapp",
    wording_id: "checkout",
    wording_version: "2",
    wording_language: "en",
  };
  expect(pointersOf(withFields({ consent }))).toEqual(["/order/fields/consent/wording_id"]);
});

test("nothing is told twice, and no part refund without its amount", () => {
  const states = { pending: "order.placed", shipped: "order.partially_refunded" } as const;
  expect(pointersOf({ ...mapping, order: { ...order, states } })).toEqual([
    "/order/states/pending",
    "/order/states/shipped",
  ]);
});

test("without users-permissions there are no accounts to map", () => {
  const { "plugin::users-permissions.user": _, ...contentTypes } = schema.contentTypes;
  expect(pointersOf(mapping, { ...schema, contentTypes })).toEqual(["/account"]);
});

test("what is no mapping at all is refused by its shape", () => {
  expect(mappingSchema.safeParse(mapping).success).toBe(true);
  for (const wrong of [
    { ...mapping, note: 1 },
    { ...mapping, order: { ...order, created: "account.created" } },
    { ...mapping, order: { ...order, fields: { ...order.fields, phone: [] } } },
    { ...mapping, order: { ...order, fields: { ...order.fields, code: "a.b.c" } } },
    { ...mapping, order: { ...order, fields: { ...order.fields, currency: { value: "rupees" } } } },
  ]) {
    expect(mappingSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
});
