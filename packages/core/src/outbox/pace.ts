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

/**
 * How many may go now. The two moments are subtracted before anything else: a fraction of a millisecond that is added to one is
 * rounded, and an idle bucket that holds exactly one would hold a little less than one for ever.
 */
export function roomIn({ everyMs, burstMs }: Rate, nextMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((burstMs - Math.max(0, nextMs - nowMs)) / everyMs));
}

/** The bucket after so many went. */
export function afterTaking({ everyMs }: Rate, nextMs: number, nowMs: number, taken: number): number {
  return Math.max(nextMs, nowMs) + taken * everyMs;
}

/** When one more may go. */
export function freeAt({ everyMs, burstMs }: Rate, nextMs: number): number {
  return nextMs - (burstMs - everyMs);
}

/** Half of what Meta's own bucket holds (a second's worth): the other half is for jitter on the way, which bunches what left evenly. */
const SENDER_BURST_MS = 500;

/** What Meta allows the slowest number: 20 beside the WhatsApp Business app, 80 usually, 1,000 where it says HIGH. */
const SURE_PER_SECOND = 20;
const USUAL_PER_SECOND_MAX = 80;
/** No number is that slow. Where Meta refuses nevertheless, something else sends from it, and even slower would help nobody. */
const SLOWEST_PER_SECOND = 5;
const RAMP_EVERY_MS = 500;
const PROBE_EVERY_MS = 60_000;
/** Long enough for Meta's bucket of a second's worth to run empty at a tenth too much. */
const GROW_EVERY_MS = 10_000;

/**
 * What a number has been found to take. It begins where every number may, doubles each half second in which it could use more, and
 * stays where Meta refused (130429), but for a tenth more after a minute; what Meta takes of that is followed by another tenth every
 * ten seconds, so that a spell of refusals is made good within minutes. Only Meta's HIGH is believed at once.
 */
export interface LearnedRate {
  readonly perSecondMax: number;
  /** Null before it was ever found too small. */
  readonly learnedPerSecond: number | null;
  readonly learnedMs: number | null;
  /** When Meta last refused for going too fast. */
  readonly slowedMs: number | null;
}

export function perSecondOf({ perSecondMax, learnedPerSecond }: LearnedRate): number {
  const sure = perSecondMax > USUAL_PER_SECOND_MAX ? perSecondMax : SURE_PER_SECOND;
  return Math.min(perSecondMax, learnedPerSecond ?? sure);
}

/** The rate after a claim that could have used more; undefined where it stays. */
export function grownRate(learned: LearnedRate, nowMs: number): number | undefined {
  const perSecond = perSecondOf(learned);
  if (perSecond >= learned.perSecondMax) return undefined;
  const sinceMs = nowMs - Math.max(learned.learnedMs ?? 0, learned.slowedMs ?? 0);
  if (learned.slowedMs === null)
    return sinceMs < RAMP_EVERY_MS ? undefined : Math.min(2 * perSecond, learned.perSecondMax);
  const isGrowing = (learned.learnedMs ?? 0) >= learned.slowedMs + PROBE_EVERY_MS;
  const everyMs = isGrowing ? GROW_EVERY_MS : PROBE_EVERY_MS;
  return sinceMs < everyMs ? undefined : Math.min(1.1 * perSecond, learned.perSecondMax);
}

/** Refusals of what was under way together are one. */
const ONE_REFUSAL_MS = 2_000;
/** Refused again so soon: it was still far too fast. */
const SOON_MS = 30_000;

/** The rate after Meta refused for going too fast; undefined where that is known already. */
export function slowedRate(learned: LearnedRate, nowMs: number): number | undefined {
  const sinceMs = learned.slowedMs === null ? Number.POSITIVE_INFINITY : nowMs - learned.slowedMs;
  if (sinceMs < ONE_REFUSAL_MS) return undefined;
  const isFarTooFast = learned.slowedMs === null || sinceMs < SOON_MS;
  return Math.max(SLOWEST_PER_SECOND, perSecondOf(learned) * (isFarTooFast ? 0.5 : 0.9));
}

/** Of one number. */
export function senderRate(perSecond: number): Rate {
  const everyMs = 1_000 / perSecond;
  return { everyMs, burstMs: Math.max(SENDER_BURST_MS, everyMs) };
}

/** Of one number with one person. Meta: one message every 6 seconds, and 45 at once that are borrowed from those to come. */
export const PAIR_RATE: Rate = { everyMs: 6_000, burstMs: 45 * 6_000 };
