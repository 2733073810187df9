/**
 * Every suite of `npm test`, in the order they run, each with the longest it may take on 2 cores with nothing in
 * turbo's cache. A suite that takes longer than its budget is named; one that takes twice as long is ended and
 * fails. `docs/reference/test-budget.md` shows this table with what was measured.
 */

/** The longest that all of them may take together in a fresh clone; the longest with caches is 15 minutes. */
export const RUN_MINUTES_MAX = 45;

export type Suite = {
  name: string;
  /** What it proves, for the page of budgets. */
  proves: string;
  budgetSeconds: number;
} & ({ kind: "check"; command: readonly string[] } | { kind: "tests"; package: string });

const check = (name: string, proves: string, budgetSeconds: number, command: string): Suite => ({
  kind: "check",
  name,
  proves,
  budgetSeconds,
  command: command.split(" "),
});

/** The vitest suite of one workspace package: its `test` script, cached by turbo. */
const tests = (packageName: string, proves: string, budgetSeconds: number): Suite => ({
  kind: "tests",
  name: packageName.replace("@webxkey/", ""),
  proves,
  budgetSeconds,
  package: packageName,
});

export const suites: readonly Suite[] = [
  check(
    "format-and-lint",
    "One format, no `any`, no floating promise (biome)",
    20,
    "pnpm exec biome ci --colors=off",
  ),
  tests("@webxkey/newcomer", "The guide's commands and both demos, in a clone that was never built", 240),
  check(
    "build",
    "Every package builds",
    80,
    "pnpm exec turbo run build --continue=dependencies-successful --output-logs=errors-only",
  ),
  check(
    "typecheck",
    "Strict types, tests included",
    100,
    "pnpm exec turbo run typecheck --continue=dependencies-successful --output-logs=errors-only",
  ),
  check(
    "import-directions",
    "Imports go the way ARCHITECTURE.md says (dependency-cruiser)",
    20,
    "pnpm run check:imports",
  ),
  check("unused", "No file, export or dependency without a use (knip)", 20, "pnpm exec knip --no-progress"),
  tests("@webxkey/test-log-hygiene", "The search of the logs finds what must not be there", 15),
  tests("@webxkey/test-postgres", "The PostgreSQL that tests run on starts, survives and goes", 40),
  tests("@webxkey/test-browser", "The browser that tests drive comes from npm alone", 30),
  tests("@webxkey/core", "The engine, on PGlite and on PostgreSQL", 35),
  tests("@webxkey/engine-tests", "The engine against the Graph simulator, on PGlite and on PostgreSQL", 530),
  tests(
    "@webxkey/chaos",
    "Nothing is lost or doubled when workers and database are killed and Meta fails",
    95,
  ),
  tests("@webxkey/bench", "The bench works, and the page of performance shows its last recorded run", 90),
  tests("@webxkey/testing", "The Graph simulator and what tests borrow from it", 30),
  tests("@webxkey/graph-simulator", "The simulator's shell", 20),
  tests("@webxkey/gateway", "The gateway, its workers and its command line, as processes", 100),
  tests("@webxkey/admin-kit", "The pages", 90),
  tests("@webxkey/host-kit", "What the plugins share", 35),
  tests("@webxkey/medusa-plugin-whatsapp", "The Medusa plugin", 90),
  tests(
    "@webxkey/strapi-plugin-whatsapp",
    "The Strapi plugin, in a real Strapi on SQLite and on PostgreSQL, which is also killed and locked out",
    205,
  ),
  tests(
    "@webxkey/webhook-connectors",
    "Platforms' webhooks: proofs, translations, and their APIs over a socket",
    25,
  ),
  tests("@webxkey/test-repo", "The repository itself: pages, packages, scripts", 25),
  tests("@webxkey/e2e", "The real Medusa store, from order to message, and what the demo promises", 240),
  tests("@webxkey/consumers", "The packed packages, installed with npm into an empty Medusa store", 100),
  tests("@webxkey/browser-tests", "Both real admins and the phone view in a browser", 190),
];
