import { defineConfig, loadEnv } from "@medusajs/framework/utils";

// The configuration of a new Medusa store, with what the plugin's README says to add and no more.
loadEnv(process.env.NODE_ENV || "development", process.cwd());

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    http: {
      storeCors: process.env.STORE_CORS || "",
      adminCors: process.env.ADMIN_CORS || "",
      authCors: process.env.AUTH_CORS || "",
      jwtSecret: process.env.JWT_SECRET,
      cookieSecret: process.env.COOKIE_SECRET,
    },
    // The test speaks plain HTTP with it, on the loopback address.
    cookieOptions: { secure: false, sameSite: "lax" },
  },
  plugins: [
    {
      resolve: "@webxkey/medusa-plugin-whatsapp",
      options: {
        shopName: "Lucky Shrub",
        owner: "owner@lucky-shrub.example",
        rootKey: process.env.WEBXKEY_ROOT_KEY,
        publicUrl: process.env.WEBXKEY_PUBLIC_URL,
      },
    },
  ],
});
