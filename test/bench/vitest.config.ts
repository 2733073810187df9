import { defineConfig } from "vitest/config";

export default defineConfig({
  // What is measured loads two cores by itself.
  test: { fileParallelism: false, testTimeout: 120_000, hookTimeout: 60_000 },
});
