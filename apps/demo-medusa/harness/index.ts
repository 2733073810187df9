export { type Api, ApiError, createApi, type Store } from "@webxkey/demo-kit/process";

import { type Admin, signIn } from "./admin.ts";
import { createShop, type Shop } from "./shop.ts";

export { type Admin, type Notify, signIn } from "./admin.ts";
export { OWNER, type StoreEnvironment } from "./medusa-process.ts";
export { copyStore, prepareStore } from "./prepare-store.ts";
export {
  type Checkout,
  type Customer,
  createShop,
  type PlacedOrder,
  type Registration,
  type Shop,
  type Tick,
} from "./shop.ts";
export { type StartOptions, startStore } from "./start-store.ts";

/** Signs in as the owner and opens the shop front of a running store. */
export async function openStore(url: string): Promise<{ admin: Admin; shop: Shop }> {
  const admin = await signIn(url);
  return { admin, shop: createShop(url, await admin.publishableKey()) };
}
