import { createEngineApi, type DemoHost, goLive, type OpenShop } from "@webxkey/demo-kit";
import { startPostgres } from "@webxkey/test-postgres";
import { type Admin, OWNER, openStore, prepareStore, type Shop, startStore } from "../harness/index.ts";
import { checkoutWording, placeSampleOrder } from "./sample-order.ts";

export type MedusaShop = OpenShop & { admin: Admin; shop: Shop };

/** The demo in a Medusa store. */
export const medusa: DemoHost<MedusaShop> = {
  command: "npm run demo",
  usualPort: 9000,

  async openStore({ graphUrl, port, progress }) {
    await using opening = new AsyncDisposableStack();
    progress.step("Starting PostgreSQL 18, with its data in a temporary directory");
    const postgres = opening.use(await startPostgres({ durable: true }));
    const databaseUrl = await postgres.createDatabase("shop");

    progress.step("Migrating the store and the engine, adding two products and the owner (about 20 s)");
    await prepareStore({ databaseUrl });

    progress.step("Starting the store");
    const store = opening.use(await startStore({ databaseUrl, graphUrl, port }));
    const opened = opening.move();
    return { ...store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  },

  async openShop({ store }, progress) {
    const { admin, shop } = await openStore(store.url);
    const engine = createEngineApi(`${store.url}/admin/webxkey`, admin.token);
    await goLive(engine, progress);
    const wording = await checkoutWording(shop);
    return {
      admin,
      shop,
      engine,
      wording,
      placeSampleOrder: (options) => placeSampleOrder(shop, wording, options),
      async findOrder(orderId) {
        const { id, display_id, total, currency_code } = await admin.order(orderId);
        if (display_id === undefined) throw new Error(`${id} has no number`);
        return { id, display_id, total, currency_code };
      },
    };
  },

  places: (url) => [
    `Admin        ${url}/app`,
    `  sign in    ${OWNER.email}  ${OWNER.password}`,
    `  Settings   ${url}/app/settings/whatsapp`,
    `  Messages   ${url}/app/whatsapp`,
    `Shop API     ${url}/store`,
  ],
};
