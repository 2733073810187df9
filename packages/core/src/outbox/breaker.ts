/**
 * How much may be on the wire at once, learned from what comes back: it starts small, grows with each answer, shrinks when
 * Meta cannot be reached or answers nothing usable, and the breaker opens after a few such failures in a row. Then one message at a
 * time tries whether Meta is back, at growing intervals, so that an outage costs few messages an unknown outcome.
 *
 * Times are a monotonic clock's milliseconds.
 */
export interface Breaker {
  /** How many may be in flight now; 0 while it is open and no try is due. */
  limit(nowMs: number): number;
  /** When the next try is due; 0 while it is not open. */
  nextTryMs(): number;
  answered(): void;
  failed(nowMs: number): void;
}

const START = 8;
const FAILURES_MAX = 5;
const TRY_EVERY_MS = 1_000;
const TRY_EVERY_MS_MAX = 30_000;

export function createBreaker(inFlightMax: number): Breaker {
  let window = Math.min(START, inFlightMax);
  let failures = 0;
  let tries = 0;
  let nextTryMs = 0;
  const open = (): boolean => failures >= FAILURES_MAX;
  return {
    limit: (nowMs) => (open() ? (nowMs >= nextTryMs ? 1 : 0) : window),
    nextTryMs: () => (open() ? nextTryMs : 0),
    answered() {
      failures = 0;
      tries = 0;
      window = Math.min(window + 1, inFlightMax);
    },
    failed(nowMs) {
      failures += 1;
      window = Math.max(1, Math.floor(window / 2));
      if (!open()) return;
      nextTryMs = nowMs + Math.min(TRY_EVERY_MS * 2 ** tries, TRY_EVERY_MS_MAX);
      tries += 1;
    },
  };
}
