import {
  type Connector,
  type ConsentClaim,
  type ConsentTakenBack,
  type Fact,
  type HostEntity,
  isWebxkeyError,
  type Log,
  type Messaging,
  type OrderConsents,
  type PlatformEvent,
  type UnusableClaim,
} from "@webxkey/core";
import { type ClaimedFact, type Intake, NOTHING_TO_TELL } from "./intake.ts";

/** Tries of one fact before it is parked: with the back-off below, about twenty minutes. */
export const FACT_TRIES_MAX = 12;
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 5 * 60_000;
/** Rounds of one run; what is left waits for the next wake-up, so that no run holds a process for ever. */
const ROUNDS_MAX = 200;

/** The consent that lies with what happened, as the host has it. */
export type ClaimsRead =
  | { readonly kind: "none" }
  | { readonly kind: "claimed"; readonly claim: ConsentClaim }
  /** There is none now: what was claimed for the same order before was taken back. */
  | { readonly kind: "not_given"; readonly takenBack: readonly ConsentTakenBack[] }
  /** Something is there, and it is no consent. It grants nothing. */
  | { readonly kind: "unusable"; readonly why: UnusableClaim };

/** As the engine takes it with what happened. */
export function consentsOf(read: ClaimsRead): OrderConsents {
  switch (read.kind) {
    case "claimed":
      return { claims: [read.claim] };
    case "not_given":
      return { takenBack: read.takenBack };
    case "unusable":
      return { unusableClaim: read.why };
    case "none":
      return {};
  }
}

export interface DrainPorts<Host> {
  readonly intake: Intake;
  readonly connector: Pick<Connector<Host>, "read">;
  readonly host: () => Host;
  /** Rejects where the engine cannot be opened: then nothing is claimed and nothing counts as tried. */
  readonly messaging: () => Promise<Messaging>;
  readonly claims: (event: PlatformEvent, host: Host) => Promise<ClaimsRead>;
  /** What a fact says was deleted, and is gone. Left out: nothing is deleted there. */
  readonly deleted?: (fact: Fact) => Promise<HostEntity | undefined>;
  /** Whether the host keeps its wish not to notify nowhere but in an event that was never seen. Left out: it keeps it. */
  readonly wishUnknown?: (claimed: ClaimedFact) => boolean;
  readonly log: Log;
}

/**
 * Takes waiting facts, reads each again from the host and publishes it. What fails is tried again later; a fact that keeps
 * failing is parked, so that it neither blocks the others nor is forgotten.
 *
 * @returns a function that works until nothing is due and answers how many facts it finished.
 */
export function createDrain<Host>(ports: DrainPorts<Host>): () => Promise<number> {
  const { intake, connector, host, messaging, claims, log } = ports;
  const { deleted = async () => undefined, wishUnknown = () => false } = ports;

  async function publish(claimed: ClaimedFact, engine: Messaging): Promise<string> {
    const event = await connector.read(claimed.fact, host());
    if (!event) {
      const gone = await deleted(claimed.fact);
      if (!gone) return NOTHING_TO_TELL;
      await engine.withdraw(gone);
      return "withdrawn";
    }
    const read = await claims(event, host());
    await engine.publish(
      { ...event, origin: claimed.origin },
      { ...consentsOf(read), wishUnknown: wishUnknown(claimed) },
    );
    if (read.kind !== "unusable") return "published";
    log.warn("intake.consent_unusable", { event_type: claimed.fact.type, reason: read.why });
    return `published_consent_${read.why}`;
  }

  async function drainOne(claimed: ClaimedFact, engine: Messaging): Promise<void> {
    const { type } = claimed.fact;
    try {
      await intake.settle(claimed, await publish(claimed, engine));
    } catch (error) {
      const { advice, code } = failureOf(error);
      if (advice === "never" || (advice === "unknown" && claimed.attempts >= FACT_TRIES_MAX)) {
        log.error("intake.parked", { event_type: type, code, error });
        return await intake.park(claimed, code);
      }
      log.warn("intake.retry", { event_type: type, code, count: claimed.attempts, error });
      await intake.retryIn(claimed, backOffMs(claimed.attempts), code);
    }
  }

  return async () => {
    const engine = await messaging();
    let finished = 0;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const batch = await intake.claim();
      if (batch.length === 0) break;
      // Together: the engine takes what arrives at once in one transaction.
      await Promise.all(batch.map((claimed) => drainOne(claimed, engine)));
      finished += batch.length;
    }
    return finished;
  };
}

function failureOf(error: unknown): {
  readonly advice: "later" | "never" | "unknown";
  readonly code: string;
} {
  if (!isWebxkeyError(error)) return { advice: "unknown", code: "store_not_readable" };
  return { advice: error.entry.retry === "never" ? "never" : "later", code: error.code };
}

function backOffMs(attempts: number): number {
  return Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** (attempts - 1));
}
