import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { STORES, type StoreName } from "../stores.ts";
import { stopCases } from "./case.ts";
import { MUTANTS } from "./mutants.ts";
import { openStopShop, violationsOf } from "./run.ts";

/** `pnpm stops` takes 10,000; `npm test` a hundredth of them. */
const CASES = Number(process.env["WEBXKEY_STOP_CASES"] ?? 100);
const SEED = Number(process.env["WEBXKEY_STOP_SEED"] ?? Date.now() % 1_000_000);
const wanted = process.env["WEBXKEY_STOP_STORE"];
const stores: readonly StoreName[] = STORES.filter((name) => wanted === undefined || wanted === name);
const each = Math.ceil(CASES / stores.length);

test.each(stores)(
  "nobody is written to after a stop, whoever Meta calls them and wherever they say it, on %s (D 1.1, 1.3, 1.7)",
  { timeout: 60_000 + each * 1_000 },
  async (name) => {
    await using shop = await openStopShop(name);
    const cases = fc.sample(stopCases, { numRuns: each, seed: SEED });
    const { violations, tried } = await violationsOf(shop, cases);
    process.stdout.write(
      `Stops on ${name}: ${tried} of ${each} people, seed ${SEED}, ${violations.length} written to.\n`,
    );
    expect(violations).toEqual([]);
  },
);

const BUILT = join(import.meta.dirname, "../../../../packages/core/dist");

test.each(MUTANTS)("a build without $name can still be made (D 1.1, 1.3, 1.7)", ({ file, find }) => {
  expect(readFileSync(join(BUILT, file), "utf8")).toContain(find);
});
