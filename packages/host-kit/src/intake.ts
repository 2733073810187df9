import type { Fact } from "@webxkey/core";

/** Whether the host told it, or we found it. */
export type Origin = "push" | "sweep";

export interface ClaimedFact {
  readonly fact: Fact;
  readonly origin: Origin;
  /** This try's number: it is also what proves, at its end, that nobody else holds the row by now. */
  readonly attempts: number;
}

export interface WaitingFact {
  readonly key: string;
  readonly type: string;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly due_at: Date;
  readonly parked_at: Date | null;
}

/**
 * The table between the host's events and the engine, in the host's own database. A row says what happened to which entity,
 * never who: phone, name, text and token are read again from the host when the row is drained. Rows are kept: a freed key
 * would let the same fact in twice.
 */
export interface Intake {
  /** Stores each fact once by its key. Answers how many rows there is work for now. */
  record(facts: readonly Fact[], origin: Origin): Promise<number>;
  /** Takes facts that are due, in the order in which they were stored. Several processes may claim at once; none gets another's row. */
  claim(): Promise<ClaimedFact[]>;
  settle(claimed: ClaimedFact, outcome: string): Promise<void>;
  retryIn(claimed: ClaimedFact, delayMs: number, outcome: string): Promise<void>;
  /** Gives up until someone looks. */
  park(claimed: ClaimedFact, outcome: string): Promise<void>;
  /** Someone has looked: parked facts are due again, with all their tries. Answers how many. */
  retryParked(): Promise<number>;
  /** Facts that are not done, parked ones first. */
  waiting(rowsMax: number): Promise<WaitingFact[]>;
}

/** Rows one drain takes at once. They are worked on together, so it is also how many run at the same time. */
export const CLAIM_ROWS_MAX = 20;
/** A process that holds a row longer than this is taken for dead. Draining a row twice is safe: its key publishes once. */
export const LEASE_MS = 60_000;
/** How a fact ends that its entity, as it was when it was read, said nothing of. */
export const NOTHING_TO_TELL = "nothing_to_tell";
