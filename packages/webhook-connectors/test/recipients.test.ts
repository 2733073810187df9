import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { describe, expect, test } from "vitest";
import { shopify, webhookConnectors } from "../src/index.ts";
import { PLATFORMS } from "./platforms/index.ts";
import { hostOf, type Platform, paidOrder, SHOP } from "./platforms/platform.ts";
import { shopifyPlatform, shopifyRecords } from "./platforms/shopify.ts";
import { wooOrderRecord, wooPlatform } from "./platforms/woocommerce.ts";

const PARCEL = "+16505550101";
const BILLING = "+16505550102";
const CUSTOMER = "+16505550103";

/** A present: the parcel goes to a friend with a phone of their own. */
const present: Happening = {
  ...paidOrder,
  shipping: { phone: PARCEL, country: "US" },
  billing: { phone: BILLING, country: "US" },
  customer: { phone: CUSTOMER },
};

async function translated(
  { connector, settings, subject }: Platform,
  happening: Happening,
  more: object = {},
) {
  const { hostEvent, payload, host } = await subject.happen(happening);
  const translation = connector.connector({
    ...SHOP,
    settings: connector.settings.parse({ ...settings, ...more }),
  });
  const fact = translation.facts(hostEvent, payload).find(({ state }) => state === happening.type);
  if (!fact) throw new Error(`no fact of ${happening.type}`);
  return {
    buyerPhones: (field: string) => translation.buyerPhones(fact, host, field),
    recipient: async () => (await translation.read(fact, host))?.data.recipient,
  };
}

function orderTypeOf({ subject }: Platform): EventType {
  const type = subject.tells.find((told) => told.startsWith("order."));
  if (!type) throw new Error("It tells nothing of orders.");
  return type;
}

/** CloudEvents have one phone: whom their sender chose. */
const WITH_PARCELS = PLATFORMS.filter(({ connector }) => !["cloudevents", "dolibarr"].includes(connector.id));

describe.each(WITH_PARCELS.map((platform) => [platform.connector.id, platform] as const))(
  "a present that was bought in %s",
  (_id, platform) => {
    const happening = { ...present, type: orderTypeOf(platform) };

    test("the buyer's tick never covers the parcel's phone, whose number comes first (D 2.2)", async () => {
      for (const phones of ["parcel_first", "buyer_first"]) {
        const { buyerPhones } = await translated(platform, happening, { phones });
        const covered = await buyerPhones("whatsapp");
        expect(covered).not.toContain(PARCEL);
        expect(covered.length).toBeGreaterThan(0);
      }
    });

    test("is told to the parcel's phone, or to the buyer's where the merchant says so (D 2.2)", async () => {
      const { recipient, buyerPhones } = await translated(platform, happening, { phones: "buyer_first" });
      expect(await buyerPhones("whatsapp")).toContain((await recipient())?.phone);
      const usual = await translated(platform, happening);
      expect((await usual.recipient())?.phone).toBe(PARCEL);
    });
  },
);

test("a friend's parcel greets the friend, and news to the buyer the buyer (D 2.2)", async () => {
  const order = wooOrderRecord(present, {
    billing: { first_name: "Ann", phone: BILLING, country: "US" },
    shipping: { first_name: "Bo", phone: PARCEL, country: "US" },
  });
  const names = ["parcel_first", "buyer_first"].map(async (phones) => {
    const settings = wooPlatform.connector.settings.parse({ ...wooPlatform.settings, phones });
    const translation = wooPlatform.connector.connector({ ...SHOP, settings });
    const [fact] = translation.facts("order", order);
    const event = fact && (await translation.read(fact, hostOf({ [`order/${order.id}`]: order })));
    return event?.data.recipient.name;
  });
  expect(await Promise.all(names)).toEqual(["Bo", "Ann"]);
});

test("a consent that Shopify keeps itself belongs to the customer's own phone alone (D 2.2)", async () => {
  const { buyerPhones } = await translated(shopifyPlatform, present);
  expect(await buyerPhones("customer.whatsapp_marketing_consent.state")).toEqual([CUSTOMER]);
  expect(await buyerPhones("note_attributes.WhatsApp")).toEqual([BILLING, CUSTOMER]);
  const withoutPhone = await translated(shopifyPlatform, { ...present, customer: {} });
  expect(await withoutPhone.buyerPhones("customer.sms_marketing_consent.state")).toEqual([]);
});

test("a phone that stands in Shopify's default address alone is found (D 4.6)", async () => {
  const { order } = shopifyRecords({ ...paidOrder, shipping: { country: "US" }, billing: { country: "US" } });
  const customer = { ...order.customer, phone: null, default_address: { phone: PARCEL, country_code: "US" } };
  const connector = shopify.connector({
    ...SHOP,
    settings: shopify.settings.parse(shopifyPlatform.settings),
  });
  const bare = { ...order, customer };
  const [fact] = connector.facts("order", bare);
  const event = fact && (await connector.read(fact, hostOf({ [`order/${order.id}`]: bare })));
  expect(event?.data.recipient.phone).toBe(PARCEL);
});

describe("the language of an order", () => {
  const languageOf = async (settings: object, more: object = {}) => {
    const order = wooOrderRecord(paidOrder, more);
    const parsed = wooPlatform.connector.settings.parse({ ...wooPlatform.settings, ...settings });
    const translation = wooPlatform.connector.connector({ ...SHOP, settings: parsed });
    const [fact] = translation.facts("order", order);
    const event = fact && (await translation.read(fact, hostOf({ [`order/${order.id}`]: order })));
    return event?.data.recipient.locale;
  };
  const meta = (key: string, value: unknown) => ({ meta_data: [{ id: 9, key, value }] });

  test.each([
    ["WPML", "meta_data.wpml_language", meta("wpml_language", "pt-br"), "pt-BR"],
    ["Polylang", "lang", { lang: "fr" }, "fr"],
    ["TranslatePress", "meta_data.trp_language", meta("trp_language", "de_DE_formal"), "de-DE-formal"],
  ])("is read from the field that %s writes (D 4.3)", async (_plugin, languageField, more, locale) => {
    expect(await languageOf({ languageField, language: "es" }, more)).toBe(locale);
  });

  test("is the connection's own where the order names none (D 4.3)", async () => {
    expect(await languageOf({ language: "pt_BR" })).toBe("pt-BR");
    expect(await languageOf({ language: "es", languageField: "lang" }, { lang: "not a language" })).toBe(
      "es",
    );
    expect(await languageOf({})).toBeUndefined();
  });

  test.each(webhookConnectors.map((connector) => [connector.id, connector] as const))(
    "can be set for every connection of %s, as a language only (D 4.3)",
    (id, { settings }) => {
      const own = PLATFORMS.find(({ connector }) => connector.id === id)?.settings;
      expect(settings.parse({ ...own, language: "de" })).toMatchObject({ language: "de" });
      expect(settings.safeParse({ ...own, language: "the buyer's" }).success).toBe(false);
    },
  );
});
