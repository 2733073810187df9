import { defineConfig } from "vitest/config";

// An engine in memory takes seconds to open on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
