import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEngineApi,
  type DemoHost,
  goLive,
  type OpenShop,
  readChoice,
  type SampleOrderOptions,
  tellOfCheckout,
  type Wording,
} from "@webxkey/demo-kit";
import { startPostgres } from "@webxkey/test-postgres";
import { demoAccount } from "@webxkey/testing";
import {
  type Admin,
  mappingOf,
  type Order,
  OWNER,
  openStore,
  type Shop,
  startStore,
} from "../harness/index.ts";

export type StrapiShop = OpenShop & { admin: Admin; shop: Shop };

/** The demo in a Strapi whose merchant has a content type of their own for orders. */
export const strapi: DemoHost<StrapiShop> = {
  command: "npm run demo -- --strapi",
  usualPort: 1337,

  async openStore({ graphUrl, port, staysOpen, progress }) {
    await using opening = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), "webxkey-demo-strapi-"));
    opening.defer(() => rm(directory, { recursive: true, force: true }));

    let databaseUrl: string | undefined;
    if (readChoice("DATABASE_CLIENT", ["sqlite", "postgres"]) === "postgres") {
      progress.step("Starting PostgreSQL 18, with its data in a temporary directory");
      const postgres = opening.use(await startPostgres({ durable: true }));
      databaseUrl = await postgres.createDatabase("shop");
    }

    progress.step(
      `Starting Strapi on ${databaseUrl ? "PostgreSQL" : "SQLite"}, which makes its tables first`,
    );
    const store = opening.use(
      await startStore({ directory, databaseUrl, graphUrl, port, adminPanel: staysOpen }),
    );
    const opened = opening.move();
    return { ...store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  },

  async openShop({ store }, progress) {
    progress.step("Making the first administrator's account, while the engine makes its storage");
    const { admin, shop } = await openStore(store.url);
    const wording = await checkoutWording(admin);

    progress.step("Saying what an order is, as the page of the plugin does:");
    const mapping = mappingOf(wording);
    await admin.api.put("/webxkey/mapping", mapping);
    progress.detail(`PUT /webxkey/mapping  {"order": {"content_type": "${mapping.order.content_type}", …}}`);

    const engine = createEngineApi(`${store.url}/webxkey`, admin.token);
    await goLive(engine, progress);
    return {
      admin,
      shop,
      engine,
      wording,
      placeSampleOrder: async (options) => ({
        id: (await placeSampleOrder(shop, wording, options)).documentId,
      }),
      async findOrder(documentId) {
        const { code, total, currency } = await shop.order(documentId);
        return { id: documentId, display_id: code, total, currency_code: currency };
      },
    };
  },

  places: (url) => [
    `Admin        ${url}/admin`,
    `  sign in    ${OWNER.email}  ${OWNER.password}`,
    `  Settings   ${url}/admin/settings/webxkey/settings`,
    `  Mapping    ${url}/admin/settings/webxkey/mapping`,
    `  Messages   ${url}/admin/plugins/webxkey`,
    `  Orders     ${url}/admin/content-manager/collection-types/api::order.order`,
    `Content API  ${url}/api/orders`,
  ],
};

/** The words that the plugin knows, of which the mapping names those that stand beside the shop's box. */
async function checkoutWording({ api }: Admin): Promise<Wording> {
  const { wordings } = await api.get<{ wordings: Wording[] }>("/webxkey/mapping");
  const wording = wordings.find(({ purpose, language }) => purpose === "order-updates" && language === "en");
  if (!wording) throw new Error("The store has no words to show beside a box for order updates.");
  return wording;
}

/** A customer buys tea, and the shop's storefront writes the order's entry. */
async function placeSampleOrder(
  shop: Shop,
  wording: Wording,
  { optIn, progress }: SampleOrderOptions,
): Promise<Order> {
  const { phone, name } = demoAccount.person;
  tellOfCheckout("content API", wording, { optIn, progress });
  progress.detail("The storefront says so in the order's entry:");
  progress.detail(`POST /api/orders  {"data": {"whatsapp": ${optIn}, …}}`);
  const order = await shop.placeOrder({ customer: name, phone, whatsapp: optIn });
  progress.step(`Order ${order.code} is placed, ${order.total} ${order.currency}`);
  return order;
}
