import { constants } from "node:os";

/**
 * Resolves at the first SIGTERM or SIGINT, which asks for an orderly end. The second ends the process at once: whoever sends
 * it does not want to wait.
 */
export function firstSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(128 + constants.signals[signal]);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}

/** Waits for the work, but not longer. Resolves whether it was done in time; a failure of the work is the caller's. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, ms, false);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
