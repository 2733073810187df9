import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["@webxkey/test-postgres/vitest", "./test/prepare-stores.ts"],
    // The processes that a test starts do the work, so that two files at once keep two cores busy.
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 60_000,
  },
});
