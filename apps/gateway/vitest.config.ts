import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The processes that a test starts do the work, so that two files at once keep two cores busy.
    maxWorkers: 2,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["@webxkey/test-postgres/vitest", "./test/prepare-stores.ts"],
    testTimeout: 40_000,
    hookTimeout: 60_000,
  },
});
