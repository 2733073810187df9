import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The processes that a test starts do the work, so that two files at once keep two cores busy.
    maxWorkers: 2,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["@webxkey/test-postgres/vitest", "./test/prepare-stores.ts"],
    // A test starts a gateway or two, and each command is a process of its own.
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
