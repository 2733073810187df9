import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/connector/**/*.test.ts", "test/admin/**/*.test.ts"],
          setupFiles: ["test/admin/jsdom-setup.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "store",
          include: ["test/store/**/*.test.ts"],
          globalSetup: ["test/store/global-setup.ts"],
          // Medusa keeps one application in a process, and looks around from its working directory.
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
