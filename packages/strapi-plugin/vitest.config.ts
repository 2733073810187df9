import { defineConfig } from "vitest/config";

/** The application's suite, once on each database that Strapi may have. */
const store = (client: "sqlite" | "postgres") => ({
  test: {
    name: `store on ${client}`,
    include: ["test/store/**/*.test.ts"],
    env: { TEST_CLIENT: client },
    ...(client === "postgres" && { globalSetup: ["@webxkey/test-postgres/vitest"] }),
    // Strapi keeps one application in a process.
    pool: "forks" as const,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["server/src/**/*.test.ts", "test/connector/**/*.test.ts"] } },
      store("sqlite"),
      store("postgres"),
    ],
  },
});
