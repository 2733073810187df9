// A new Medusa store, and with WITH_PLUGIN what the plugin's README says to add.
const { defineConfig } = require("@medusajs/framework/utils");

const plugin = {
  resolve: "@webxkey/medusa-plugin-whatsapp",
  options: {
    shopName: "Lucky Shrub",
    owner: "owner@lucky-shrub.example",
    rootKey: process.env.WEBXKEY_ROOT_KEY,
    publicUrl: process.env.WEBXKEY_PUBLIC_URL,
  },
};

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    http: {
      storeCors: "",
      adminCors: "",
      authCors: "",
      jwtSecret: process.env.HOST_SECRET,
      cookieSecret: process.env.HOST_SECRET,
    },
  },
  plugins: process.env.WITH_PLUGIN ? [plugin] : [],
});
