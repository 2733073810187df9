import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { until } from "../until.ts";

const READY_MS_MAX = 60_000;

export type Running<Ready> = {
  readonly pid: number;
  readonly ready: Ready;
  /** Resolves when the process is gone, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits until the process is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
};

export type Started<Ready> = Omit<Running<Ready>, "ready"> & {
  /** Rejects with the process's own words when it cannot start, or when it ends before. */
  readonly ready: Promise<Ready>;
  /** Resolves when the process says that it works, or is gone. */
  readonly working: Promise<void>;
};

/** Forks one of the entries beside this file. It ends with this process, however this one ends. */
export function startProcess<Ready>(entry: "front" | "simulator" | "worker", config: object): Started<Ready> {
  const child = fork(new URL(`./${entry}.ts`, import.meta.url), {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
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
      await ended;
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
  }).finally(() => undefined) as Promise<Ready>;
}

/** Waits until the process is stopped by a signal, as the kernel says. */
export async function untilStopped(pid: number, withinMs: number): Promise<void> {
  await until("the process is not stopped", withinMs, async () => {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state …"; the name may hold anything, so the state is looked for after it.
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "T";
  });
}
