import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest"],
    // An admin waits for a person more than it computes: both hosts' at once.
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
