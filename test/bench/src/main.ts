import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { ENTRIES } from "./figures/index.ts";
import { machine } from "./machine.ts";
import { pageOf, type Results } from "./page.ts";

const REPEATS = 3;
const RESULTS = new URL("../results.json", import.meta.url);
const NOTES = new URL("../attempts.md", import.meta.url);
const PAGE = new URL("../../../docs/reference/performance.md", import.meta.url);
const HELP = `npm run bench -- [${ENTRIES.map(({ name }) => name).join(" ")}] [--scale 0.1] [--record]

One JSON line a figure; the exit code is 1 when a target is missed. Nothing else should run on the machine meanwhile.
  --scale   a share of the full size, for a quick look
  --record  keeps the figures and writes docs/reference/performance.md
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      scale: { type: "string", default: "1" },
      record: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !ENTRIES.some((entry) => entry.name === name));
  const scale = Number(values.scale);
  if (values.help || unknown.length > 0 || !(scale > 0)) {
    process.stderr.write(unknown.length > 0 ? `There is no figure ${unknown.join(", ")}.\n${HELP}` : HELP);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const measured: Results["figures"][number][] = [];
  for (const { name, run } of ENTRIES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    const figures = await run({ of: (full) => Math.max(1, Math.round(full * scale)), repeats: REPEATS });
    for (const figure of figures) {
      const told = { ...figure, command: `npm run bench -- ${name}` };
      process.stdout.write(`${JSON.stringify({ ...told, scale, machine: machine() })}\n`);
      measured.push(told);
      if (!figure.reached) process.exitCode = 1;
    }
  }
  if (values.record) await record(measured);
}

/** Figures that were not measured this time stay as they were. */
async function record(measured: Results["figures"]): Promise<void> {
  const before = await readFile(RESULTS, "utf8").then(
    (text) => (JSON.parse(text) as Results).figures,
    () => [],
  );
  const names = new Set(measured.map(({ figure }: Figure) => figure));
  const order = ENTRIES.map(({ name }) => `npm run bench -- ${name}`);
  const figures = [...before.filter(({ figure }) => !names.has(figure)), ...measured].sort(
    (one, other) => order.indexOf(one.command) - order.indexOf(other.command),
  );
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    repeats: REPEATS,
    figures,
  };
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(PAGE, pageOf(results, await readFile(NOTES, "utf8")));
}

await main();
