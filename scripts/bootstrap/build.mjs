import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { createBuildProgress } from "./build-progress.mjs";
import { Problem, say, step } from "./terminal.mjs";

/** How often a long build says what it is building. */
const HEARTBEAT_MS = 15_000;
/** The longest end of a failed build's output that is shown. */
const OUTPUT_LINES_KEPT = 400;

/**
 * Builds a package and what it needs, if that is not built already, and shows how far it is.
 *
 * Everything goes to standard error: standard output belongs to the command that runs afterwards, so that
 * `KEY=$(npm run webxkey --silent -- init --field owner_key)` captures a key on the first run too.
 *
 * @throws Problem when something cannot be built, with the builder's own words above it.
 */
export async function buildShowing(filter, turboTasks, { root, env }) {
  const turbo = ["exec", "turbo", "run", ...turboTasks, `--filter=${filter}`];
  const options = { cwd: root, env };
  const progress = createBuildProgress(await planOf(turbo, options));
  if (progress.total === 0) return await runTurbo(turbo, filter, progress, options);
  await step(`Building ${filter} and what it needs (${progress.total} packages)`, () =>
    runTurbo(turbo, filter, progress, options),
  );
}

/** Turbo's plan: which tasks there are, what each depends on, and which are in its cache. */
async function planOf(turbo, options) {
  const child = spawn("pnpm", [...turbo, "--dry=json"], { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const [plan, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Problem("What there is to build could not be worked out; the reason is above.");
  return plan;
}

async function runTurbo(turbo, filter, progress, options) {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const heartbeat = setInterval(() => say(progress.underWay(seconds())), HEARTBEAT_MS);
  // Grouped, so that a task's line comes when the task ends, with its output behind it.
  const args = [...turbo, "--output-logs=new-only", "--log-order=grouped"];
  const child = spawn("pnpm", args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const output = [];
  try {
    for await (const line of createInterface(child.stdout)) {
      output.push(line);
      if (output.length > OUTPUT_LINES_KEPT) output.shift();
      const ended = progress.ended(line, seconds());
      if (ended) say(ended);
    }
    const [code] = await closed;
    if (code === 0) return;
    for (const line of output) process.stderr.write(`${line}\n`);
    throw new Problem(`Building ${filter} failed; the reason is above.`);
  } finally {
    clearInterval(heartbeat);
  }
}
