import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 20;

/** Polls until the condition answers something; fails with `what` when the time is over. */
export async function until<T>(
  what: string,
  withinMs: number,
  condition: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`After ${withinMs} ms: ${what}.`);
    await pause(POLL_MS);
  }
}
