import type { MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, Modules, ProductStatus } from "@medusajs/framework/utils";
import {
  createDefaultsWorkflow,
  createInventoryLevelsWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createShippingOptionsWorkflow,
  createStockLocationsWorkflow,
  createTaxRegionsWorkflow,
  createUserAccountWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
  updateStoresWorkflow,
} from "@medusajs/medusa/core-flows";
import { readStoreEnvironment } from "../../env.ts";

const COUNTRIES = [
  { name: "United States", country: "us", currency: "usd" },
  { name: "Sri Lanka", country: "lk", currency: "lkr" },
];

const PRODUCTS = [
  { title: "Ceylon tea, 250 g", handle: "ceylon-tea", sku: "TEA-250", usd: 12, lkr: 3600 },
  { title: "Tea mug", handle: "tea-mug", sku: "MUG-1", usd: 18, lkr: 5400 },
];

const STOCKED_QUANTITY = 1_000_000;

/**
 * Fills an empty store: two regions, two products in stock, delivery and pickup, and the owner's account.
 * `medusa db:migrate` runs it once and remembers that it did.
 */
export default async function seedStore({ container }: { container: MedusaContainer }): Promise<void> {
  const { salesChannelId, storeId } = await createDefaults(container);
  await updateStoresWorkflow(container).run({
    input: {
      selector: { id: storeId },
      update: {
        name: "Lucky Shrub",
        supported_currencies: COUNTRIES.map(({ currency }, index) => ({
          currency_code: currency,
          is_default: index === 0,
        })),
      },
    },
  });
  await createRegionsWorkflow(container).run({
    input: {
      regions: COUNTRIES.map(({ name, country, currency }) => ({
        name,
        countries: [country],
        currency_code: currency,
        payment_providers: ["pp_system_default"],
      })),
    },
  });
  await createTaxRegionsWorkflow(container).run({
    input: COUNTRIES.map(({ country }) => ({ country_code: country, provider_id: "tp_system" })),
  });
  const locationId = await createStockLocation(container, salesChannelId);
  const shippingProfileId = await createShipping(container, locationId);
  await createProducts(container, { salesChannelId, locationId, shippingProfileId });
  await createOwner(container);
}

async function createDefaults(container: MedusaContainer) {
  await createDefaultsWorkflow(container).run();
  const [store] = await container.resolve(Modules.STORE).listStores();
  if (!store?.default_sales_channel_id) throw new Error("Medusa made no store with a sales channel.");
  return { storeId: store.id, salesChannelId: store.default_sales_channel_id };
}

async function createStockLocation(container: MedusaContainer, salesChannelId: string): Promise<string> {
  const { result } = await createStockLocationsWorkflow(container).run({
    input: {
      locations: [{ name: "Tea house", address: { address_1: "1 Main Street", country_code: "us" } }],
    },
  });
  const locationId = only(result).id;
  await linkSalesChannelsToStockLocationWorkflow(container).run({
    input: { id: locationId, add: [salesChannelId] },
  });
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: locationId },
    [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" },
  });
  return locationId;
}

async function createShipping(container: MedusaContainer, locationId: string): Promise<string> {
  const fulfillment = container.resolve(Modules.FULFILLMENT);
  const profile = only(await fulfillment.listShippingProfiles({ type: "default" }));
  const options = [
    { type: "shipping", name: "Delivery", code: "delivery", usd: 5, lkr: 450 },
    { type: "pickup", name: "Pickup", code: "pickup", usd: 0, lkr: 0 },
  ];
  for (const { type, name, code, usd, lkr } of options) {
    const set = await fulfillment.createFulfillmentSets({
      name,
      type,
      service_zones: [
        {
          name,
          geo_zones: COUNTRIES.map(({ country }) => ({ type: "country" as const, country_code: country })),
        },
      ],
    });
    await container.resolve(ContainerRegistrationKeys.LINK).create({
      [Modules.STOCK_LOCATION]: { stock_location_id: locationId },
      [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
    });
    await createShippingOptionsWorkflow(container).run({
      input: [
        {
          name,
          price_type: "flat",
          provider_id: "manual_manual",
          service_zone_id: only(set.service_zones).id,
          shipping_profile_id: profile.id,
          type: { label: name, description: name, code },
          prices: [
            { currency_code: "usd", amount: usd },
            { currency_code: "lkr", amount: lkr },
          ],
          rules: [
            { attribute: "enabled_in_store", operator: "eq", value: "true" },
            { attribute: "is_return", operator: "eq", value: "false" },
          ],
        },
      ],
    });
  }
  return profile.id;
}

type Placement = { salesChannelId: string; locationId: string; shippingProfileId: string };

async function createProducts(container: MedusaContainer, placement: Placement): Promise<void> {
  await createProductsWorkflow(container).run({
    input: {
      products: PRODUCTS.map(({ title, handle, sku, usd, lkr }) => ({
        title,
        handle,
        status: ProductStatus.PUBLISHED,
        shipping_profile_id: placement.shippingProfileId,
        sales_channels: [{ id: placement.salesChannelId }],
        options: [{ title: "Size", values: ["One size"] }],
        variants: [
          {
            title,
            sku,
            options: { Size: "One size" },
            prices: [
              { currency_code: "usd", amount: usd },
              { currency_code: "lkr", amount: lkr },
            ],
          },
        ],
      })),
    },
  });
  const items = await container.resolve(Modules.INVENTORY).listInventoryItems({});
  await createInventoryLevelsWorkflow(container).run({
    input: {
      inventory_levels: items.map(({ id }) => ({
        inventory_item_id: id,
        location_id: placement.locationId,
        stocked_quantity: STOCKED_QUANTITY,
      })),
    },
  });
}

async function createOwner(container: MedusaContainer): Promise<void> {
  const { STORE_ADMIN_EMAIL: email, STORE_ADMIN_PASSWORD: password } = readStoreEnvironment();
  if (!email || !password) return;
  const { authIdentity, error } = await container
    .resolve(Modules.AUTH)
    .register("emailpass", { body: { email, password } });
  if (!authIdentity) throw new Error(`The owner could not be registered: ${error}`);
  await createUserAccountWorkflow(container).run({
    input: { authIdentityId: authIdentity.id, userData: { email } },
  });
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error("Medusa returned nothing where one thing was made.");
  return item;
}
