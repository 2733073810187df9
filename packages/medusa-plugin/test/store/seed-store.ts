import type { MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, Modules, ProductStatus } from "@medusajs/framework/utils";
import {
  createApiKeysWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createShippingOptionsWorkflow,
  createStockLocationsWorkflow,
  createUserAccountWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
} from "@medusajs/medusa/core-flows";
import { GATED_PROVIDER } from "./payment-gate.ts";

export const OWNER = { email: "owner@tea-shop.example", password: "tea-shop-of-tests" };

/** What tests name of the seeded store. */
export interface Seeded {
  readonly salesChannelId: string;
  readonly regionId: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly shippingOptionId: string;
  readonly pickupOptionId: string;
  readonly publishableKey: string;
  readonly ownerId: string;
}

/** The least a purchase needs: a region, one product without stock keeping, delivery and pickup, an owner, a key. */
export async function seedStore(container: MedusaContainer): Promise<Seeded> {
  const salesChannel = await container.resolve(Modules.SALES_CHANNEL).createSalesChannels({ name: "Shop" });
  const { result: regions } = await createRegionsWorkflow(container).run({
    input: {
      regions: [
        {
          name: "Everywhere",
          currency_code: "usd",
          countries: ["us", "lk"],
          payment_providers: ["pp_system_default", GATED_PROVIDER],
        },
      ],
    },
  });
  const { result: locations } = await createStockLocationsWorkflow(container).run({
    input: {
      locations: [{ name: "Tea house", address: { address_1: "1 Main Street", country_code: "us" } }],
    },
  });
  const locationId = only(locations).id;
  await linkSalesChannelsToStockLocationWorkflow(container).run({
    input: { id: locationId, add: [salesChannel.id] },
  });
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: locationId },
    [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" },
  });
  const profile = await container
    .resolve(Modules.FULFILLMENT)
    .createShippingProfiles({ name: "Default", type: "default" });
  return {
    salesChannelId: salesChannel.id,
    regionId: only(regions).id,
    locationId,
    shippingOptionId: await createShippingOption(container, "shipping", locationId, profile.id),
    pickupOptionId: await createShippingOption(container, "pickup", locationId, profile.id),
    variantId: await createVariant(container, salesChannel.id, profile.id),
    publishableKey: await createPublishableKey(container, salesChannel.id),
    ownerId: await createUser(container, OWNER),
  };
}

async function createShippingOption(
  container: MedusaContainer,
  type: "shipping" | "pickup",
  locationId: string,
  profileId: string,
): Promise<string> {
  const set = await container.resolve(Modules.FULFILLMENT).createFulfillmentSets({
    name: type,
    type,
    service_zones: [
      {
        name: type,
        geo_zones: ["us", "lk"].map((country_code) => ({ type: "country" as const, country_code })),
      },
    ],
  });
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: locationId },
    [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
  });
  const { result } = await createShippingOptionsWorkflow(container).run({
    input: [
      {
        name: type,
        price_type: "flat",
        provider_id: "manual_manual",
        service_zone_id: only(set.service_zones).id,
        shipping_profile_id: profileId,
        type: { label: type, description: type, code: type },
        prices: [{ currency_code: "usd", amount: 5 }],
      },
    ],
  });
  return only(result).id;
}

async function createVariant(
  container: MedusaContainer,
  salesChannelId: string,
  profileId: string,
): Promise<string> {
  const { result } = await createProductsWorkflow(container).run({
    input: {
      products: [
        {
          title: "Ceylon tea",
          status: ProductStatus.PUBLISHED,
          shipping_profile_id: profileId,
          sales_channels: [{ id: salesChannelId }],
          options: [{ title: "Size", values: ["250 g"] }],
          variants: [
            {
              title: "250 g",
              options: { Size: "250 g" },
              manage_inventory: false,
              prices: [{ currency_code: "usd", amount: 12.5 }],
            },
          ],
        },
      ],
    },
  });
  return only(only(result).variants).id;
}

async function createPublishableKey(container: MedusaContainer, salesChannelId: string): Promise<string> {
  const { result } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Shop", type: "publishable", created_by: "" }] },
  });
  const key = only(result);
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: key.id, add: [salesChannelId] } });
  return key.token;
}

/** An admin user who can sign in. Answers the user's id. */
export async function createUser(
  container: MedusaContainer,
  { email, password }: typeof OWNER,
): Promise<string> {
  const { authIdentity } = await container
    .resolve(Modules.AUTH)
    .register("emailpass", { body: { email, password } });
  const { result } = await createUserAccountWorkflow(container).run({
    input: { authIdentityId: authIdentity?.id ?? "", userData: { email } },
  });
  return result.id;
}

export function only<T>(items: readonly T[] | undefined | null): T {
  const [item] = items ?? [];
  if (item === undefined) throw new Error("Medusa returned nothing where one thing was made.");
  return item;
}
