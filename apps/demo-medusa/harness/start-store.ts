import { setTimeout as delay } from "node:timers/promises";
import getPort from "get-port";
import { type StoreEnvironment, spawnMedusa } from "./medusa-process.ts";

const START_MS_MAX = 120_000;
const START_POLL_MS = 50;
const STOP_MS_MAX = 20_000;
const LOG_TAIL_CHARS = 4_000;

export type StartOptions = StoreEnvironment & {
  /** A free one unless given. */
  port?: number | undefined;
  /** What the process does: answer HTTP (`server`), subscribers and jobs (`worker`), or both (`shared`, the default). */
  mode?: "shared" | "server" | "worker" | undefined;
};

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
 * Starts a built and prepared store as a production process of its own and returns when it answers.
 *
 * @example
 * await prepareStore({ databaseUrl });
 * await using store = await startStore({ databaseUrl });
 */
export async function startStore(options: StartOptions): Promise<Store> {
  const port = options.port ?? (await getPort({ host: "127.0.0.1" }));
  const url = `http://127.0.0.1:${port}`;
  const medusa = spawnMedusa(["start", "--host", "127.0.0.1", "--port", String(port)], {
    ...options,
    publicUrl: options.publicUrl ?? url,
    env: { MEDUSA_WORKER_MODE: options.mode ?? "shared", ...options.env },
  });

  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    medusa.signal(signal);
    await medusa.exited;
  }

  async function stop(): Promise<void> {
    if (!medusa.running()) return;
    const hurry = setTimeout(() => medusa.signal("SIGKILL"), STOP_MS_MAX);
    await kill("SIGTERM");
    clearTimeout(hurry);
  }

  const deadline = performance.now() + START_MS_MAX;
  while (!(await answers(url))) {
    if (medusa.running() && performance.now() < deadline) {
      await delay(START_POLL_MS);
      continue;
    }
    await kill();
    throw new Error(
      `The store did not start on ${url}. The end of its log:\n${medusa.logs().slice(-LOG_TAIL_CHARS)}`,
    );
  }
  return { url, pid: medusa.pid, logs: medusa.logs, kill, stop, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`, { signal: AbortSignal.timeout(START_MS_MAX) }).then(
    (response) => response.ok,
    () => false,
  );
}
