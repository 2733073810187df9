import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** What ships: the suite runs after the build. */
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 20;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that goes on until it is told to end. */
export interface Running extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What it logged and said so far. */
  said(): string;
  kill(signal: NodeJS.Signals): void;
  /** Exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs one line of the CLI to its end, as a shell does: nothing of this process's own environment reaches it. */
export async function runCli(
  line: readonly string[],
  { env = {}, input = "" }: { env?: Environment; input?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...line], { env: { ...bare(), ...env }, stdio: "pipe" });
  // A command that reads no input may be gone before it is written.
  child.stdin.on("error", () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}

/** The output of a command that worked. */
export async function done(running: Promise<Ran>): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`The command ended with ${code}: ${stderr}`);
  return stdout;
}

export async function startProcess(
  line: readonly string[],
  env: Environment,
  until: RegExp,
): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, ...line], {
    env: { ...bare(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const started = Promise.withResolvers<string>();
  const log = logFile(child);
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    log?.write(chunk);
    const found = until.exec(said);
    if (found) started.resolve(found[1] ?? "");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const url = await Promise.race([
    started.promise,
    ended.then((end) => Promise.reject(new Error(`${line[0]} ended with ${end}: ${said}`))),
  ]);
  return {
    url,
    pid: child.pid ?? 0,
    said: () => said,
    kill: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      log?.end();
    },
  };
}

/** In a checked run what processes log is kept, to be searched for what must not be there. */
function logFile({ pid }: ChildProcess) {
  const directory = process.env["WEBXKEY_TEST_LOG_DIR"];
  if (!directory) return undefined;
  mkdirSync(directory, { recursive: true });
  return createWriteStream(join(directory, `gateway-${pid}.log`));
}

/** Only what a program needs to run: a setting of the machine that runs the tests is none of the gateway's. */
function bare(): Environment {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

/** Polls until the condition answers something; fails with `what` when the time is over. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`After ${WAIT_MS_MAX} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
