module.exports = ({ env }) => ({
  host: env("HOST", "127.0.0.1"),
  port: env.int("PORT", 1337),
  app: { keys: env.array("APP_KEYS") },
  dirs: { public: env("PUBLIC_DIR", "./public") },
  // Nothing is asked for over the network, not even whether there is a newer Strapi.
  logger: { updates: { enabled: false } },
});
