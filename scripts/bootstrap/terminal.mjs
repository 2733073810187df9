import { spawn } from "node:child_process";
import { constants } from "node:os";

const OUTPUT_KEPT_CHARS = 20_000;

/** What a person has to know and can act on; printed without a stack. */
export class Problem extends Error {}

/** Progress goes to stderr, so that a task's last line on stdout stays its result. */
export function say(message) {
  process.stderr.write(`webxkey  ${message}\n`);
}

/** Announces a step, runs it, and says how long it took. */
export async function step(what, work) {
  const startedAt = performance.now();
  say(`${what} ...`);
  const result = await work();
  say(`${what}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}

/** Runs an installer, showing its output on stderr and keeping the end of it to explain a failure. */
export async function runShowing(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk) => {
    process.stderr.write(chunk);
    output = (output + chunk).slice(-OUTPUT_KEPT_CHARS);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await exitCode(child, command);
  return { code, output };
}

/** Hands the terminal over to the task and returns its exit code, 128 + n after signal n as shells do. */
export async function runAttached(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  // Ctrl-C reaches the whole group by itself; what is sent to this process alone is passed on.
  const forward = (signal) => child.kill(signal);
  const ignore = () => {};
  process.on("SIGINT", ignore);
  process.on("SIGTERM", forward);
  process.on("SIGHUP", forward);
  try {
    return await exitCode(child, command);
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", forward);
    process.off("SIGHUP", forward);
  }
}

function exitCode(child, command) {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new Problem(`Could not start ${command}: ${cause.message}`)));
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
