/**
 * How fast may be sent, as pure arithmetic on moments in milliseconds. Each bucket is one moment, the generic cell rate
 * algorithm: `nextMs` is when the next send would be due had all before it been evenly spaced. Whoever holds the row's lock
 * reads it, takes, and writes it back.
 */
export interface Rate {
  /** Milliseconds between two sends when they are evenly spaced. */
  readonly everyMs: number;
  /** How far sends may run ahead of that: what an idle bucket holds. */
  readonly burstMs: number;
}

/** How many may go now. */
export function roomIn({ everyMs, burstMs }: Rate, nextMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs + burstMs - Math.max(nextMs, nowMs)) / everyMs));
}

/** The bucket after so many went. */
export function afterTaking({ everyMs }: Rate, nextMs: number, nowMs: number, taken: number): number {
  return Math.max(nextMs, nowMs) + taken * everyMs;
}

/** When one more may go. */
export function freeAt({ everyMs, burstMs }: Rate, nextMs: number): number {
  return nextMs + everyMs - burstMs;
}

/** Half of what Meta's own bucket holds (a second's worth): the other half is for jitter on the way, which bunches what left evenly. */
const SENDER_BURST_MS = 500;
/** After error 130429 a number goes at half its rate and is back at the whole in ten minutes. */
const SLOWED_MS = 600_000;

/** Of one number. Meta: 80 messages a second, 20 beside the WhatsApp Business app, 1,000 for high throughput. */
export function senderRate(perSecond: number, slowedMs: number | null, nowMs: number): Rate {
  const since = slowedMs === null ? SLOWED_MS : Math.min(SLOWED_MS, Math.max(0, nowMs - slowedMs));
  const everyMs = 1_000 / (perSecond * (0.5 + 0.5 * (since / SLOWED_MS)));
  return { everyMs, burstMs: Math.max(SENDER_BURST_MS, everyMs) };
}

/** Of one number with one person. Meta: one message every 6 seconds, and 45 at once that are borrowed from those to come. */
export const PAIR_RATE: Rate = { everyMs: 6_000, burstMs: 45 * 6_000 };
