import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
