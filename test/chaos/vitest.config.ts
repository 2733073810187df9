import { defineConfig } from "vitest/config";

export default defineConfig({
  // The scenarios load two cores by themselves, so that files run one after another.
  test: { fileParallelism: false, testTimeout: 150_000, hookTimeout: 60_000 },
});
