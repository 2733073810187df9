import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { ENTRIES } from "./scenarios/index.ts";

const SEED_MAX = 2 ** 31;
const HELP = `npm run chaos -- [R1 R2 …] [--seed N] [--scale 0.1]

One JSON line a figure; the exit code is 1 when a promise is broken. Figures: ${ENTRIES.map(({ figure }) => figure).join(", ")}.
  --seed   repeats the choices of a run; each figure prints its own
  --scale  a share of the full size, for a quick look
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      scale: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !ENTRIES.some(({ figure }) => figure === name));
  const seed = values.seed === undefined ? randomInt(SEED_MAX) : Number(values.seed);
  const scale = Number(values.scale);
  if (values.help || unknown.length > 0 || !Number.isInteger(seed) || !(scale > 0)) {
    process.stderr.write(unknown.length > 0 ? `There is no figure ${unknown.join(", ")}.\n${HELP}` : HELP);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const chosen = ENTRIES.filter(({ figure }) => positionals.length === 0 || positionals.includes(figure));
  for (const { figure, run } of chosen) {
    process.stderr.write(`${figure}, seed ${seed}\n`);
    const result = await run(seed, scale);
    process.stdout.write(`${JSON.stringify({ ...result, scale })}\n`);
    if (!result.passed) process.exitCode = 1;
  }
}

await main();
