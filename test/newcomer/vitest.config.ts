import { defineConfig } from "vitest/config";

// One clone that was never built, for all tests: its first build is what a newcomer waits for.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 600_000, hookTimeout: 600_000 },
});
