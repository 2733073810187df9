import { type Admin, signIn } from "./admin.ts";
import { createShop, type Shop } from "./shop.ts";

export { type Api, ApiError, createApi, type Store } from "@webxkey/demo-kit/process";
export { type Admin, signIn } from "./admin.ts";
export { mappingOf, type Wording } from "./mapping.ts";
export { createShop, type NewOrder, type Order, type Shop } from "./shop.ts";
export { type StartOptions, startStore } from "./start-store.ts";
export { APP_DIRECTORY, OWNER, type StoreEnvironment, spawnStrapi } from "./strapi-process.ts";

/** Signs in as the owner, whose account is made where there is none yet, and opens the shop front of a running store. */
export async function openStore(url: string): Promise<{ admin: Admin; shop: Shop }> {
  const admin = await signIn(url);
  return { admin, shop: createShop(url, await admin.createApiToken()) };
}
