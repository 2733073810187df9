import { configDefaults, defineConfig } from "vitest/config";

const GUIDE = "test/guide.test.ts";

export default defineConfig({
  test: {
    // The processes that a test starts do the work, so that two files at once keep two cores busy.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "gateway",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, GUIDE],
          globalSetup: ["@webxkey/test-postgres/vitest", "./test/prepare-stores.ts"],
          testTimeout: 40_000,
          hookTimeout: 60_000,
        },
      },
      {
        // After the others and not beside them: `npm run gateway` builds first, which writes the very files that they run.
        test: { name: "guide", include: [GUIDE], sequence: { groupOrder: 1 }, hookTimeout: 60_000 },
      },
    ],
  },
});
