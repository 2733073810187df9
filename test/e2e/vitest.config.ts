import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest", "./prepared-store.ts"],
    // Each test starts at least one store of 450 MB, which takes about 5 s.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
