import { type GraphRefusal, refusal } from "../graph-errors.ts";
import type { PhoneNumber } from "../world.ts";

const PAIR_INTERVAL_MS = 6_000;
const PAIR_BURST = 45;
const PAIRS_KEPT_MAX = 100_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface Throughput {
  /** Takes one message out of the number's and the pair's allowance, or says which of them is used up. */
  take(number: PhoneNumber, digits: string, nowMs: number): GraphRefusal | undefined;
  reset(): void;
}

/**
 * Token buckets: messages a second for each number (130429), and for each pair of number and person one message
 * in six seconds with a burst of 45 that is borrowed from the following time (131056).
 */
// behaviour: throughput-limits
export function createThroughput(options: { limitPairs: boolean }): Throughput {
  const numbers = new Map<string, Bucket>();
  const pairs = new Map<string, Bucket>();

  function bucket(buckets: Map<string, Bucket>, key: string, burst: number, perMs: number, nowMs: number) {
    const found = buckets.get(key);
    if (!found) {
      const made = { tokens: burst, atMs: nowMs };
      buckets.set(key, made);
      return made;
    }
    found.tokens = Math.min(burst, found.tokens + Math.max(nowMs - found.atMs, 0) * perMs);
    found.atMs = nowMs;
    return found;
  }

  return {
    take(number, digits, nowMs) {
      const own = bucket(
        numbers,
        number.id,
        number.messagesPerSecond,
        number.messagesPerSecond / 1000,
        nowMs,
      );
      if (own.tokens < 1) return refusal(130429);
      if (options.limitPairs) {
        if (pairs.size > PAIRS_KEPT_MAX) pairs.clear();
        const pair = bucket(pairs, `${number.id}/${digits}`, PAIR_BURST, 1 / PAIR_INTERVAL_MS, nowMs);
        if (pair.tokens < 1) return refusal(131056);
        pair.tokens -= 1;
      }
      own.tokens -= 1;
      return undefined;
    },
    reset() {
      numbers.clear();
      pairs.clear();
    },
  };
}
