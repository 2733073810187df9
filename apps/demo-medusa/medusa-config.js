import { defineConfig } from "@medusajs/framework/utils";
import { readStoreEnvironment } from "./env.ts";

const PLUGIN = "@webxkey/medusa-plugin-whatsapp";
const environment = readStoreEnvironment();

// JavaScript, because Medusa looks for this file by its name without an ending and Node finds only `.js` so.
export default defineConfig({
  projectConfig: {
    databaseUrl: environment.DATABASE_URL,
    workerMode: environment.MEDUSA_WORKER_MODE,
    http: {
      storeCors: "",
      adminCors: "",
      authCors: "",
      jwtSecret: environment.JWT_SECRET,
      cookieSecret: environment.COOKIE_SECRET,
    },
    // Production cookies are for HTTPS only; this store is served over plain HTTP on the loopback address.
    cookieOptions: { secure: false, sameSite: "lax" },
  },
  plugins: [
    {
      resolve: PLUGIN,
      options: {
        shopName: "Lucky Shrub",
        owner: environment.STORE_ADMIN_EMAIL,
        rootKey: environment.WEBXKEY_ROOT_KEY,
        publicUrl: environment.WEBXKEY_PUBLIC_URL,
        graphUrl: environment.WEBXKEY_GRAPH_URL,
        logLevel: environment.LOG_LEVEL,
      },
    },
  ],
  modules: [
    {
      resolve: "@medusajs/medusa/notification",
      options: {
        providers: [
          // Medusa's own, which naming the module here would otherwise take away from the admin's feed.
          {
            resolve: "@medusajs/medusa/notification-local",
            id: "local",
            options: { channels: ["feed"] },
          },
          { resolve: `${PLUGIN}/providers/whatsapp`, id: "whatsapp", options: { channels: ["whatsapp"] } },
        ],
      },
    },
  ],
});
