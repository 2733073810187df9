import { isWebxkeyError, type Log, type Messaging, type Worker } from "@webxkey/core";

const AGAIN_MS = 1_000;

/** Sends, webhooks and chores of one process, from the moment the database is there and migrated. */
export interface Work {
  /** Rejects with what no waiting mends: another root key, a newer schema. */
  readonly failed: Promise<never>;
  /** Stops claiming and lets the requests under way end. */
  stop(): Promise<void>;
}

/** A process may start before its database, and before the migration of its version has run: it waits for both. */
export function startWork(messaging: Messaging, log: Log): Work {
  const stopping = new AbortController();
  const failure = Promise.withResolvers<never>();
  // Asked for by whoever waits; here only so that it is not an unhandled one after the end.
  failure.promise.catch(() => undefined);
  const starting = untilReady(messaging, log, stopping.signal).then(
    (ready): Worker | undefined => {
      if (!ready) return undefined;
      log.info("work.started");
      return messaging.startWorker();
    },
    (error: unknown): undefined => {
      failure.reject(error);
    },
  );
  let stopped: Promise<void> | undefined;
  return {
    failed: failure.promise,
    stop() {
      stopping.abort();
      stopped ??= starting.then((worker) => worker?.stop());
      return stopped;
    },
  };
}

/** False when it was told to stop before. */
async function untilReady(messaging: Messaging, log: Log, stopped: AbortSignal): Promise<boolean> {
  for (let told = ""; !stopped.aborted; ) {
    try {
      await messaging.installedAt();
      return true;
    } catch (error) {
      const reason = isWebxkeyError(error) ? error.code : "storage_unavailable";
      if (!mayPass(reason)) throw error;
      if (reason !== told) log.warn("work.waits", { reason, error });
      told = reason;
      await pause(AGAIN_MS, stopped);
    }
  }
  return false;
}

function mayPass(reason: string): boolean {
  return reason === "storage_unavailable" || reason === "schema_missing" || reason === "not_found";
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  stopped.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
