import { defineConfig } from "vitest/config";

export default defineConfig({
  // The files share no state, and each would load the engine again.
  test: { isolate: false, include: ["{src,test,template}/**/*.test.ts"], testTimeout: 15_000 },
});
