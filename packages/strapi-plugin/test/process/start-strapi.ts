import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";

const START_MS_MAX = 120_000;
const STOP_MS_MAX = 20_000;
const LOG_CHARS_KEPT = 100_000;
const ENTRY = new URL("../app/start.js", import.meta.url);

export interface StrapiProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What it wrote, the last 100,000 characters. */
  logs(): string;
  /** Sends a signal, `SIGKILL` unless told, and resolves when the process is gone, with the milliseconds that took. */
  kill(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts the test application as a process and resolves when it listens. */
export async function startStrapi(
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<StrapiProcess> {
  const child = fork(ENTRY, {
    execArgv: [],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      TMPDIR: process.env["TMPDIR"],
      NODE_ENV: "production",
      // Strapi keeps local times; tests write some themselves.
      TZ: "UTC",
      STRAPI_TELEMETRY_DISABLED: "true",
      TEST_PORT: String(port),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const logs = keepLogs(child);
  const gone = once(child, "exit");
  const tooLate = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
  const [said] = await Promise.race([once(child, "message"), gone]);
  clearTimeout(tooLate);
  if (said !== "listening") throw new Error(`Strapi did not start. The end of its log:\n${logs()}`);

  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number> {
    const since = performance.now();
    child.kill(signal);
    await gone;
    return performance.now() - since;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    pid: Number(child.pid),
    logs,
    kill,
    async [Symbol.asyncDispose]() {
      const hurry = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
      if (child.exitCode === null && child.signalCode === null) await kill("SIGTERM");
      clearTimeout(hurry);
    },
  };
}

/** In a checked run all of it goes to a file that is searched afterwards. */
function keepLogs(child: ChildProcess): () => string {
  const directory = process.env["WEBXKEY_TEST_LOG_DIR"];
  if (directory) mkdirSync(directory, { recursive: true });
  const file = directory
    ? createWriteStream(join(directory, `strapi-${child.pid}.log`), { flags: "a" })
    : undefined;
  let kept = "";
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding("utf8").on("data", (text: string) => {
      kept = (kept + text).slice(-LOG_CHARS_KEPT);
      file?.write(text);
    });
  }
  child.once("close", () => file?.end());
  return () => kept;
}
