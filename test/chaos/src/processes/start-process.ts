import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { until } from "../until.ts";

const READY_MS_MAX = 60_000;
const END_MS_MAX = 10_000;
/** Hundreds of processes load the same code; with its compiled form kept, each starts in half the time. */
const COMPILE_CACHE = join(tmpdir(), "webxkey-chaos-compiled");

/** How a process ended: by a signal, or by itself with a code. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Started<Ready> = {
  readonly pid: number;
  /** Rejects with the process's own words when it cannot start, or when it ends before. */
  readonly ready: Promise<Ready>;
  /** Resolves when the process says that it works, or is gone. */
  readonly working: Promise<void>;
  readonly ended: Promise<Ending>;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits until the process is gone; one that does not go is killed. */
  end(signal?: NodeJS.Signals): Promise<void>;
};

/** Forks an entry that waits for its configuration. It ends with this process, however this one ends. */
export function startProcess<Ready>(file: URL, config: object): Started<Ready> {
  const entry = basename(file.pathname, ".ts");
  const child = fork(file, {
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(
    ([code, signal]): Ending => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }),
  );
  child.send(config);
  const ready = answer<Ready>(child, entry);
  // Whoever does not wait for it may kill the process before.
  ready.catch(() => undefined);
  return {
    pid: Number(child.pid),
    ready,
    ended,
    working: new Promise((resolve) => {
      child.on("message", (message: object) => {
        if ("working" in message) resolve();
      });
      void ended.then(() => resolve());
    }),
    signal: (signal) => void child.kill(signal),
    async end(signal = "SIGTERM") {
      child.kill(signal);
      const patience = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
      await ended;
      clearTimeout(patience);
    },
  };
}

function answer<Ready>(child: ChildProcess, entry: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The ${entry} process was not ready after ${READY_MS_MAX} ms.`)),
      READY_MS_MAX,
    );
    timer.unref();
    child.on("message", (message: { ready?: Ready; failed?: string }) => {
      if (message.ready !== undefined) resolve(message.ready);
      if (message.failed !== undefined) reject(new Error(`The ${entry} process failed: ${message.failed}`));
    });
    child.once("exit", () => reject(new Error(`The ${entry} process ended before it was ready.`)));
  });
}

/** Waits until the process is stopped by a signal, as the kernel says. */
export async function untilStopped(pid: number, withinMs: number): Promise<void> {
  await until("the process is not stopped", withinMs, async () => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state …"; the name may hold anything, so the state is looked for after it.
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "T";
  });
}
