import type { Log } from "../kernel/log.ts";

/** How often work is looked for when nobody says that there is some: what stands behind a lost notice. */
export const POLL_MS = 1_000;
/** How long a worker leaves a database alone that just failed. */
const FAILED_WAIT_MS = 1_000;

/** A loop that does rounds, waits between them as long as the round says, and can be woken. */
export interface Loop {
  wake(): void;
  /** Lets the round under way end. */
  stop(): Promise<void>;
}

export function startLoop({
  name,
  round,
  log,
}: {
  readonly name: string;
  /** Resolves with the milliseconds until the next round: 0 at once. */
  readonly round: () => Promise<number>;
  readonly log: Log;
}): Loop {
  let stopped = false;
  let woken = false;
  let rouse = (): void => undefined;

  async function pause(forMs: number): Promise<void> {
    if (woken || stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, forMs);
    rouse = resolve;
    await promise;
    clearTimeout(timer);
  }

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      try {
        const waitMs = await round();
        if (waitMs > 0) await pause(waitMs);
      } catch (error) {
        log.error("loop.failed", { job: name, error });
        await pause(FAILED_WAIT_MS);
      }
    }
  }

  const running = run();
  return {
    wake() {
      woken = true;
      rouse();
    },
    async stop() {
      stopped = true;
      rouse();
      await running;
    },
  };
}
