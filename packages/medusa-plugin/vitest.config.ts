import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"],
    globalSetup: ["test/store/global-setup.ts"],
    // Medusa keeps one application in a process, and looks around from its working directory.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
