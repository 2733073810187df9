// The one entry of every command at the root: `node scripts/run.mjs <task> [arguments]`.
// Plain JavaScript without dependencies, because it runs on whatever Node the machine has, before anything is
// installed. What it starts runs on the Node and pnpm pinned in scripts/toolchain.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildShowing } from "./bootstrap/build.mjs";
import { ensurePackages, ensureToolchain } from "./bootstrap/install.mjs";
import { Problem, runAttached, say } from "./bootstrap/terminal.mjs";
import { demoTask } from "./demo.mjs";

const NODE_MAJOR_MIN = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Each task: what is built first (a turbo filter, if anything), and the command that gets the arguments. Where `built` is
 * there already nothing is built: a command line that is called many times must answer at once, and its output be its own.
 * One that is a function reads the arguments itself, and says what they ask for.
 */
const TASKS = {
  test: { command: ["node", "scripts/check/main.ts"] },
  demo: demoTask,
  gateway: {
    build: "@webxkey/gateway",
    command: ["node", "apps/gateway/dist/main.js", "serve"],
  },
  webxkey: {
    build: "@webxkey/gateway",
    built: "apps/gateway/dist/main.js",
    command: ["node", "apps/gateway/dist/main.js"],
  },
  simulator: { build: "@webxkey/graph-simulator", command: ["node", "apps/graph-simulator/dist/main.js"] },
  chaos: {
    build: "@webxkey/chaos",
    command: ["pnpm", "--silent", "--dir", "test/chaos", "run", "chaos"],
  },
  bench: {
    build: "@webxkey/bench",
    command: ["pnpm", "--silent", "--dir", "test/bench", "run", "bench"],
  },
  format: { command: ["pnpm", "--silent", "exec", "biome", "check", "--write"] },
};

async function main([name, ...args]) {
  const named = Object.hasOwn(TASKS, name ?? "") ? TASKS[name] : undefined;
  if (!named) throw new Problem(`There is no task "${name ?? ""}". Tasks: ${Object.keys(TASKS).join(", ")}.`);
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
    throw new Problem(`Node ${NODE_MAJOR_MIN} or newer is needed to start; this is ${process.version}.`);
  }
  const task = typeof named === "function" ? named(args) : { ...named, command: [...named.command, ...args] };
  if (task.usage) {
    process.stdout.write(task.usage);
    return 0;
  }

  const env = await ensureToolchain(root);
  await ensurePackages(root, env);
  if (task.build && !(task.built && existsSync(join(root, task.built)))) {
    await buildShowing(task.build, task.turboTasks ?? ["build"], { root, env });
  }

  const [command, ...given] = task.command;
  return runAttached(command, given, { cwd: root, env });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  for (const line of error.message.split("\n")) say(line);
  process.exitCode = 1;
}
