/**
 * When the silence of Meta is evidence that a message was not taken. Pure arithmetic on moments of the database's clock, in
 * milliseconds; `settle.ts` asks, `docs/decisions/0016-silence-after-outages.md` says where the numbers come from.
 *
 * A status is missing only if it could have come. While no process could store a webhook, Meta kept the status and tries again
 * later, in waits that grow with the time for which it has failed. After an outage silence therefore says nothing until the
 * longest next wait has passed, and a new status proves nothing about an old one. An outage that begins before that is the
 * same outage going on: the webhook may have failed in both.
 *
 * An outage between Meta and this installation (a proxy, a certificate, a name) shows in no process. A number of which nothing was
 * heard for a while and then something may have had one, so the pause is waited for like an outage, though no longer than a number
 * that stays quiet.
 */
export interface Uptime {
  readonly beganMs: number;
  readonly lastMs: number;
}

export interface Silence {
  /** From here on silence is evidence; infinite while no process takes webhooks. */
  readonly evidenceFromMs: number;
  /** A status that Meta made after this shows that the number's webhooks arrive. */
  readonly heardAfterMs: number;
}

/**
 * Meta's next wait beside the time since the first failure, at most. Doubling waits need 1; with half of a wait as jitter, or
 * growing fourfold, 3. Meta documents no more than "decreasing frequency", up to seven days.
 */
const RETRY_WAIT_FACTOR = 3;

export interface SilenceWindows {
  readonly nowMs: number;
  readonly settleMs: number;
  readonly quietMs: number;
  readonly outageMs: number;
  /** When the number was last heard of again after a pause. */
  readonly heardAgainMs: number | null;
}

/** @param uptimes in the order in which they began; all that ended after the attempt started. */
export function silenceOf(startedMs: number, uptimes: readonly Uptime[], of: SilenceWindows): Silence {
  let evidenceFromMs = startedMs + of.settleMs;
  let heardAfterMs = startedMs + of.settleMs / 2;
  let failingSinceMs = Number.POSITIVE_INFINITY;
  let upUntilMs = Number.NEGATIVE_INFINITY;
  for (const { beganMs, lastMs } of uptimes) {
    const isOutage = beganMs > Math.max(upUntilMs, startedMs);
    if (isOutage && upUntilMs < evidenceFromMs) {
      failingSinceMs = Math.min(failingSinceMs, Math.max(upUntilMs, startedMs));
      evidenceFromMs = beganMs + RETRY_WAIT_FACTOR * (beganMs - failingSinceMs) + of.settleMs;
      heardAfterMs = beganMs;
    }
    upUntilMs = Math.max(upUntilMs, lastMs);
  }
  const { heardAgainMs } = of;
  if (heardAgainMs !== null && heardAgainMs > startedMs) {
    const retriedMs = heardAgainMs + RETRY_WAIT_FACTOR * (heardAgainMs - startedMs);
    evidenceFromMs = Math.max(evidenceFromMs, Math.min(retriedMs, startedMs + of.quietMs) + of.settleMs);
  }
  const isUp = upUntilMs > of.nowMs - of.outageMs;
  return { evidenceFromMs: isUp ? evidenceFromMs : Number.POSITIVE_INFINITY, heardAfterMs };
}
