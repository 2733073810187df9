module.exports = ({ env }) => ({
  "users-permissions": { config: { jwtSecret: env("JWT_SECRET") } },
  webxkey: {
    enabled: true,
    config: {
      shopName: "Lucky Shrub",
      owner: env("STORE_ADMIN_EMAIL"),
      publicUrl: env("WEBXKEY_PUBLIC_URL"),
      rootKey: env("WEBXKEY_ROOT_KEY"),
      graphUrl: env("WEBXKEY_GRAPH_URL"),
      dataDir: env("WEBXKEY_DATA_DIR"),
      logLevel: env("LOG_LEVEL"),
    },
  },
});
