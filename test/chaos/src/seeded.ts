/** Chance that repeats: the same seed gives the same choices, whatever the machine does between them. */
export interface Seeded {
  /** From 0 up to, not including, 1. */
  chance(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
}

// mulberry32
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const chance = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { chance, between: (from, to) => from + Math.floor(chance() * (to - from + 1)) };
}
