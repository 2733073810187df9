import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest", "./prepared-store.ts"],
    // A store takes 450 MB and 5 s to start, and then mostly waits: two files at once keep two cores busy.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
