import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Nothing here is kept in a module, so that files share what they import: half the time.
    isolate: false,
    maxWorkers: 2,
    // Some tests start a PostgreSQL or open a PGlite, which takes seconds where others work beside them.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
