import { defineConfig } from "vitest/config";

// Some tests start a PostgreSQL or open a PGlite, which takes seconds where others work beside them.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000 } });
