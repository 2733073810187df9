import { defineConfig } from "vitest/config";
export default defineConfig({ test: { include: ["test/store/**/*.test.ts"], globalSetup: ["/tmp/plg/mut-setup.ts"], pool: "forks", testTimeout: 30_000, hookTimeout: 120_000 } });
