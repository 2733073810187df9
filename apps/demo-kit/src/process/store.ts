import { setTimeout as delay } from "node:timers/promises";
import type { Program } from "./program.ts";

const START_MS_MAX = 120_000;
const START_POLL_MS = 50;
const STOP_MS_MAX = 20_000;

/** A store that answers, as a process of its own. */
export type Store = AsyncDisposable & {
  url: string;
  pid: number;
  /** What the process wrote, its last 200,000 characters. */
  logs(): string;
  /** Sends a signal, `SIGKILL` unless told, and returns when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Asks the process to end, and kills it when it has not within 20 s. */
  stop(): Promise<void>;
};

/**
 * Waits until a store's process answers.
 *
 * @param healthPath what the platform answers with 2xx as soon as it serves.
 * @throws Error with the end of the log, when the process ended or two minutes are over.
 */
export async function serve(program: Program, url: string, healthPath: string): Promise<Store> {
  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    program.signal(signal);
    await program.exited;
  }

  async function stop(): Promise<void> {
    if (!program.running()) return;
    const hurry = setTimeout(() => program.signal("SIGKILL"), STOP_MS_MAX);
    await kill("SIGTERM");
    clearTimeout(hurry);
  }

  const deadline = performance.now() + START_MS_MAX;
  while (!(await answers(`${url}${healthPath}`))) {
    if (program.running() && performance.now() < deadline) {
      await delay(START_POLL_MS);
      continue;
    }
    await kill();
    throw new Error(`The store did not start on ${url}. The end of its log:\n${program.lastWords()}`);
  }
  return { url, pid: program.pid, logs: program.logs, kill, stop, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(START_MS_MAX) }).then(
    (response) => response.ok,
    () => false,
  );
}
