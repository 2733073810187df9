import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: ["@webxkey/test-postgres/vitest"], testTimeout: 600_000, hookTimeout: 60_000 },
});
