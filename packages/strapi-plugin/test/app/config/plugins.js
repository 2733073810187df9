const { join } = require("node:path");

module.exports = ({ env }) => ({
  "users-permissions": {
    enabled: true,
    resolve: require.resolve("@strapi/plugin-users-permissions/package.json"),
    config: { jwtSecret: "jwt-secret-of-tests" },
  },
  webxkey: {
    enabled: true,
    // The built plugin, as an application loads it.
    resolve: join(__dirname, "../../../package.json"),
    config: {
      shopName: "Tea Shop",
      owner: "owner@tea-shop.example",
      rootKey: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString("base64"),
      publicUrl: env("TEST_PUBLIC_URL", "http://127.0.0.1:1337"),
      graphUrl: env("TEST_GRAPH_URL"),
      dataDir: env("TEST_DATA_DIR"),
      logLevel: env("TEST_LOG_LEVEL", "warn"),
    },
  },
});
