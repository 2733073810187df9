/**
 * How many requests may be begun, learned from what comes back. It starts small, grows with each answer, shrinks when Meta
 * cannot be reached or answers nothing usable, and opens after a few such failures. Then one message at a time tries whether
 * Meta is back, at growing intervals, so that an outage costs few messages an unknown outcome.
 *
 * One person's trouble is nobody else's. A request that has hung for a moment no longer counts against the window: others go
 * on, up to the connections that there are. A failure says nothing about Meta when a request that began later was answered,
 * and failures of requests that were under way together are one incident: the window shrinks and the wait grows once.
 *
 * Times are a monotonic clock's milliseconds.
 */
export interface Breaker {
  /** How many may be begun now; 0 while it is open and no try is due. */
  room(nowMs: number): number;
  /** When there may be more room without an answer: a try is due, or what is under way has hung. Undefined: not by itself. */
  nextRoomMs(nowMs: number): number | undefined;
  begin(nowMs: number): Request;
}

/** One request under way. It ends once. */
export interface Request {
  answered(): void;
  failed(nowMs: number): void;
  /** Nothing was written, for a reason of our own: it says nothing about Meta. */
  dropped(): void;
}

const START = 10;
const FAILURES_MAX = 5;
const HUNG_MS = 200;
const TRY_EVERY_MS = 250;
const TRY_EVERY_MS_MAX = 30_000;

export function createBreaker(requestsMax: number): Breaker {
  let window = Math.min(START, requestsMax);
  let failures = 0;
  let tries = 0;
  let nextTryMs = 0;
  let incidentMs = Number.NEGATIVE_INFINITY;
  let answeredBegunMs = Number.NEGATIVE_INFINITY;
  /** When each that is under way began, in that order. */
  const underWay = new Map<Request, number>();
  const isOpen = (): boolean => failures >= FAILURES_MAX;

  function lively(nowMs: number): number {
    let count = 0;
    for (const begunMs of underWay.values()) if (begunMs > nowMs - HUNG_MS) count += 1;
    return count;
  }

  return {
    room(nowMs) {
      const connections = requestsMax - underWay.size;
      if (isOpen()) return nowMs >= nextTryMs && lively(nowMs) === 0 ? Math.min(1, connections) : 0;
      return Math.max(0, Math.min(window - lively(nowMs), connections));
    },
    nextRoomMs(nowMs) {
      if (isOpen() && nextTryMs > nowMs) return nextTryMs;
      for (const begunMs of underWay.values()) if (begunMs > nowMs - HUNG_MS) return begunMs + HUNG_MS;
      return undefined;
    },
    begin(begunMs) {
      const request: Request = {
        answered() {
          underWay.delete(request);
          answeredBegunMs = Math.max(answeredBegunMs, begunMs);
          failures = 0;
          tries = 0;
          window = Math.min(window + 1, requestsMax);
        },
        failed(nowMs) {
          underWay.delete(request);
          if (begunMs < answeredBegunMs) return;
          failures += 1;
          const isNewIncident = begunMs > incidentMs;
          if (isNewIncident) {
            incidentMs = nowMs;
            window = Math.max(1, Math.floor(window / 2));
          }
          if (!isOpen() || (!isNewIncident && nextTryMs > nowMs)) return;
          nextTryMs = nowMs + Math.min(TRY_EVERY_MS * 2 ** tries, TRY_EVERY_MS_MAX);
          tries += 1;
        },
        dropped() {
          underWay.delete(request);
        },
      };
      underWay.set(request, begunMs);
      return request;
    },
  };
}
