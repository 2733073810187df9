module.exports = ({ env }) => ({
  host: "127.0.0.1",
  port: env.int("TEST_PORT", 0),
  app: { keys: ["key-of-tests", "other-key-of-tests"] },
  dirs: { public: env("TEST_PUBLIC_DIR") },
  logger: { updates: { enabled: false }, startup: { enabled: false } },
});
