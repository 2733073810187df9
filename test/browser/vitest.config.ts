import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: ["@webxkey/test-postgres/vitest"], testTimeout: 240_000, hookTimeout: 120_000 },
});
