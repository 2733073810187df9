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

const admin = {
  // Strapi's packages have modules for bundlers; what Node would take of them is CommonJS that calls itself a module.
  resolve: { mainFields: ["module", "main"] },
  esbuild: { jsx: "automatic" as const },
  test: {
    name: "admin",
    include: ["test/admin/**/*.test.{ts,tsx}"],
    setupFiles: ["test/admin/jsdom-setup.ts"],
    testTimeout: 30_000,
    server: { deps: { inline: [/@strapi/] } },
  },
};

/** The application as processes that are killed, once on each database. What needs one of them alone lies in its folder. */
const processes = (client: "sqlite" | "postgres") => ({
  test: {
    name: `process on ${client}`,
    include: [`test/process/{,${client}/}*.test.ts`],
    env: { TEST_CLIENT: client },
    globalSetup: ["@webxkey/test-postgres/vitest"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["server/src/**/*.test.ts", "test/connector/**/*.test.ts"] } },
      admin,
      store("sqlite"),
      store("postgres"),
      processes("sqlite"),
      processes("postgres"),
    ],
  },
});
