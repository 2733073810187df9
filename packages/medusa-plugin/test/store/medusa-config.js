import { join } from "node:path";
import { defineConfig } from "@medusajs/framework/utils";

// The built plugin, as a store loads it. What differs from test to test comes from the environment.
const plugin = join(import.meta.dirname, "../..");

export default defineConfig({
  projectConfig: {
    databaseUrl: process.env["DATABASE_URL"],
    http: {
      storeCors: "",
      adminCors: "",
      authCors: "",
      jwtSecret: "jwt-of-tests",
      cookieSecret: "cookie-of-tests",
    },
  },
  admin: { disable: true },
  plugins: [
    {
      resolve: plugin,
      options: {
        shopName: "Tea Shop",
        owner: "owner@tea-shop.example",
        rootKey: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString("base64"),
        publicUrl: process.env["TEST_PUBLIC_URL"] ?? "http://127.0.0.1:9000",
        graphUrl: process.env["TEST_GRAPH_URL"],
        logLevel: "warn",
        roles: { "packer@tea-shop.example": "viewer" },
      },
    },
  ],
  modules: [
    {
      resolve: "@medusajs/medusa/payment",
      options: { providers: [{ resolve: join(import.meta.dirname, "gated-payment.js"), id: "tests" }] },
    },
    {
      resolve: "@medusajs/medusa/notification",
      options: {
        providers: [
          {
            resolve: `${plugin}/.medusa/server/src/providers/whatsapp`,
            id: "whatsapp",
            options: { channels: ["whatsapp"] },
          },
        ],
      },
    },
  ],
});
