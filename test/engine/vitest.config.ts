import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest", "./src/prepare-stores.ts"],
    // A test waits more than it computes, so that two files at once keep two cores busy.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
