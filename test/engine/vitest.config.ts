import { defineConfig } from "vitest/config";

/** A copy of the engine that forgets something, to be tried in its place: `pnpm stops:mutants`. */
const mutant = process.env["WEBXKEY_STOP_CORE"];

export default defineConfig({
  resolve: {
    alias: mutant
      ? [
          { find: /^@webxkey\/core$/, replacement: `${mutant}/dist/index.js` },
          { find: /^@webxkey\/core\/node$/, replacement: `${mutant}/dist/node/index.js` },
        ]
      : [],
  },
  test: {
    globalSetup: ["@webxkey/test-postgres/vitest", "./src/prepare-stores.ts"],
    // A test waits for windows and chores as long as it computes, so that three files at once keep two cores busy.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
