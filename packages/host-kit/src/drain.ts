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
  type OrderOfPerson,
  type PlatformEvent,
  type UnusableClaim,
} from "@webxkey/core";
import { type ClaimedFact, type Intake, NOTHING_TO_TELL } from "./intake.ts";

/** Tries of one fact before it is parked: with the back-off below, about twenty minutes. */
export const FACT_TRIES_MAX = 12;
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 5 * 60_000;
/** Edits of one order's consent field that are followed while they are being recorded; the next edit is a fact of its own. */
const EDITS_MAX = 5;
/** Rounds of one run; what is left waits for the next wake-up, so that no run holds a process for ever. */
const ROUNDS_MAX = 200;

/** The consent that lies with what happened, as the host has it. */
export type ClaimsRead =
  | { readonly kind: "none" }
  | { readonly kind: "claimed"; readonly claim: ConsentClaim }
  /** There is none now: what was claimed for the same order before was taken back. */
  | { readonly kind: "not_given"; readonly takenBack: readonly ConsentTakenBack[] }
  /** Something is there, and it is no consent. It grants nothing, and what is not even in the form of one takes back. */
  | {
      readonly kind: "unusable";
      readonly why: UnusableClaim;
      readonly takenBack?: readonly ConsentTakenBack[];
    };

/** As the engine takes it with what happened. */
export function consentsOf(read: ClaimsRead): OrderConsents {
  switch (read.kind) {
    case "claimed":
      return { claims: [read.claim] };
    case "not_given":
      return { takenBack: read.takenBack };
    case "unusable":
      return { unusableClaim: read.why, takenBack: read.takenBack ?? [] };
    case "none":
      return {};
  }
}

type Read =
  | { readonly kind: "event"; readonly event: PlatformEvent }
  | { readonly kind: "consent_edited"; readonly order: OrderOfPerson }
  | { readonly kind: "gone"; readonly entity: HostEntity }
  | { readonly kind: "nothing" };

export interface DrainPorts<Host> {
  readonly intake: Intake;
  readonly connector: Pick<Connector<Host>, "read">;
  readonly host: () => Host;
  /** Rejects where the engine cannot be opened: then nothing is claimed and nothing counts as tried. */
  readonly messaging: () => Promise<Messaging>;
  readonly claims: (orderRef: string, host: Host) => Promise<ClaimsRead>;
  /**
   * The order whose consent field a fact says was edited, with nothing else to tell: null where it is gone, undefined for a fact of
   * any other kind.
   */
  readonly editedOrder: (fact: Fact, host: Host) => Promise<OrderOfPerson | null | undefined>;
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
  const { intake, connector, host, messaging, claims, editedOrder, log } = ports;
  const { deleted = async () => undefined, wishUnknown = () => false } = ports;

  /**
   * Records what the consent field says until it says no more than was recorded. The field is read outside of the engine's
   * transaction: an edit in between is found by reading it once more afterwards.
   */
  async function followConsent(
    order: OrderOfPerson,
    engine: Messaging,
    published?: ClaimsRead["kind"],
  ): Promise<void> {
    let recorded = published;
    for (let edits = 0; edits < EDITS_MAX; edits++) {
      const read = await claims(order.ref, host());
      if (read.kind === recorded) return;
      await engine.recordConsentEdit(order, consentsOf(read));
      recorded = read.kind;
    }
  }

  /** What a fact is about, as the host has it now. */
  async function read({ fact }: ClaimedFact): Promise<Read> {
    const edited = await editedOrder(fact, host());
    if (edited) return { kind: "consent_edited", order: edited };
    const event = edited === null ? null : await connector.read(fact, host());
    if (event) return { kind: "event", event };
    const gone = await deleted(fact);
    return gone ? { kind: "gone", entity: gone } : { kind: "nothing" };
  }

  async function publish(claimed: ClaimedFact, event: PlatformEvent, engine: Messaging): Promise<string> {
    const order = orderOf(event);
    const consents: ClaimsRead = order ? await claims(order.ref, host()) : { kind: "none" };
    await engine.publish(
      { ...event, origin: claimed.origin },
      { ...consentsOf(consents), wishUnknown: wishUnknown(claimed) },
    );
    if (order && consents.kind === "claimed") await followConsent(order, engine, consents.kind);
    if (consents.kind !== "unusable") return "published";
    log.warn("intake.consent_unusable", { event_type: claimed.fact.type, reason: consents.why });
    return `published_consent_${consents.why}`;
  }

  async function tell(claimed: ClaimedFact, what: Read, engine: Messaging): Promise<string> {
    switch (what.kind) {
      case "event":
        return await publish(claimed, what.event, engine);
      case "consent_edited":
        await followConsent(what.order, engine);
        return "consent_read";
      case "gone":
        await engine.withdraw(what.entity);
        return "withdrawn";
      case "nothing":
        return NOTHING_TO_TELL;
    }
  }

  /** Settles a fact by what `work` makes of it, or says when it is tried again. Answers undefined where it failed. */
  async function attempt<Made>(claimed: ClaimedFact, work: () => Promise<Made>): Promise<Made | undefined> {
    try {
      return await work();
    } catch (error) {
      const { type } = claimed.fact;
      const { advice, code } = failureOf(error);
      if (advice === "never" || (advice === "unknown" && claimed.attempts >= FACT_TRIES_MAX)) {
        log.error("intake.parked", { event_type: type, code, error });
        await intake.park(claimed, code);
        return undefined;
      }
      log.warn("intake.retry", { event_type: type, code, count: claimed.attempts, error });
      await intake.retryIn(claimed, backOffMs(claimed.attempts), code);
      return undefined;
    }
  }

  async function drainBatch(batch: readonly ClaimedFact[], engine: Messaging): Promise<void> {
    const found = await Promise.all(
      batch.map(async (claimed) => ({ claimed, what: await attempt(claimed, () => read(claimed)) })),
    );
    const known = found.flatMap(({ claimed, what }) => (what ? [{ claimed, what }] : []));
    // Together, because the engine takes what arrives at once in one transaction; but what happened to one order goes one after the
    // other, or its later news could be sent before its earlier news is there.
    const histories = [...Map.groupBy(known, ({ claimed, what }) => subjectOf(claimed, what)).values()];
    await Promise.all(
      histories.map(async (history) => {
        for (const { claimed, what } of history.toSorted(
          (one, other) => timeOf(one.what) - timeOf(other.what),
        ))
          await attempt(claimed, async () => intake.settle(claimed, await tell(claimed, what, engine)));
      }),
    );
  }

  return async () => {
    const engine = await messaging();
    let finished = 0;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const batch = await intake.claim();
      if (batch.length === 0) break;
      await drainBatch(batch, engine);
      finished += batch.length;
    }
    return finished;
  };
}

/** What the news of one order have in common, whatever record of the host each came from. */
function subjectOf({ fact }: ClaimedFact, what: Read): string {
  const order =
    what.kind === "event" ? orderOf(what.event) : what.kind === "consent_edited" ? what.order : null;
  return order ? `order ${order.ref}` : `record ${fact.entityId}`;
}

/** News goes in the order in which it happened; the rest, in the order in which it was claimed, before it. */
function timeOf(what: Read): number {
  return what.kind === "event" ? Date.parse(what.event.time) : 0;
}

function orderOf({ source, data }: PlatformEvent): OrderOfPerson | undefined {
  if (!("order" in data)) return undefined;
  return { source, type: "order", ref: data.order.ref, phone: data.recipient.phone };
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
