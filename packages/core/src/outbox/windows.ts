/**
 * How long the send protocol waits, in milliseconds. Each is longer than the one before it, so that a late answer finds its
 * row and nothing is settled that may still be under way. Chaos runs shrink them and print what they used.
 */
export interface SendWindows {
  /** From the call to the last byte of Meta's answer. */
  readonly requestMs: number;
  /** How long a claim holds, by the database's clock: a dead worker's message becomes `unknown` after it. */
  readonly leaseMs: number;
  /** How long an unknown outcome waits for its status before it is settled. */
  readonly settleMs: number;
  /** How much longer silence is waited for where nothing shows that the number's webhooks arrive. */
  readonly quietMs: number;
  /** How often a process that takes webhooks says so. */
  readonly beatMs: number;
  /** After so long without a word from any, none could take webhooks. Shorter gaps are within what `settleMs` waits for. */
  readonly outageMs: number;
  /** How often leases, unknown outcomes and due chores are looked at. */
  readonly sweepMs: number;
  /** Caps the waits that Meta's error table asks for; a chaos run cannot wait 24 hours for 131049. */
  readonly metaWaitMsMax: number;
}

export const SEND_WINDOWS: SendWindows = {
  requestMs: 20_000,
  leaseMs: 60_000,
  settleMs: 180_000,
  quietMs: 900_000,
  beatMs: 3_000,
  outageMs: 15_000,
  sweepMs: 5_000,
  metaWaitMsMax: Number.POSITIVE_INFINITY,
};

/** The moments between the awaits of the send path, in their order. A chaos run kills the process at one of them. */
export const SEND_STEPS = [
  "claim.locked",
  "claim.looked",
  "claim.attempted",
  "claim.audited",
  "claim.committed",
  "post.begun",
  "post.answered",
  "record.begun",
  "record.attempts",
  "record.messages",
  "record.audited",
  "record.committed",
] as const;

export type SendStep = (typeof SEND_STEPS)[number];
export type OnStep = (step: SendStep) => void;
