import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MUTANTS, type Mutant } from "./mutants.ts";

// pnpm stops:mutants [word of a name]: builds each mutant, takes 500 people through it, and fails where nobody notices.

const PACKAGE = join(import.meta.dirname, "../../../../packages/core");
/** Below the engine's own modules, so that a copy finds what the engine imports. */
const COPIES = join(PACKAGE, "node_modules/.mutants");
const CASES = 500;
const RESULT = /Stops on pglite: (\d+) of \d+ people, seed (\d+), (\d+) written to/;

function copyOf({ file, find, replace }: Mutant): string {
  const copy = join(COPIES, "core");
  rmSync(COPIES, { recursive: true, force: true });
  mkdirSync(COPIES, { recursive: true });
  for (const part of ["dist", "migrations", "package.json"])
    cpSync(join(PACKAGE, part), join(copy, part), { recursive: true });
  const path = join(copy, "dist", file);
  const source = readFileSync(path, "utf8");
  if (!source.includes(find))
    throw new Error(`${file} has no ${find}. Build the engine, or correct the mutant.`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  return copy;
}

/** What the property printed. */
async function tryCases(core: string): Promise<string> {
  const env = {
    ...process.env,
    WEBXKEY_STOP_CORE: core,
    WEBXKEY_STOP_CASES: String(CASES),
    WEBXKEY_STOP_STORE: "pglite",
  };
  const run = spawn("pnpm", ["exec", "vitest", "run", "src/stops"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk) => (output += chunk));
  await new Promise((resolve) => run.once("close", resolve));
  return output;
}

let missed = 0;
const word = process.argv[2] ?? "";
for (const mutant of MUTANTS.filter(({ name }) => name.includes(word))) {
  const output = await tryCases(copyOf(mutant));
  const [, tried, seed, written] = RESULT.exec(output) ?? [];
  const isCaught = Number(written) > 0;
  if (!isCaught) missed += 1;
  const verdict = isCaught
    ? `caught within ${tried} people (seed ${seed})`
    : `NOT CAUGHT: ${tried ?? output.slice(-2_000)}`;
  process.stdout.write(`without ${mutant.name}: ${verdict}\n`);
}
rmSync(COPIES, { recursive: true, force: true });
process.exitCode = missed === 0 ? 0 : 1;
