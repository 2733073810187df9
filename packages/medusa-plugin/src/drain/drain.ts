import { isWebxkeyError, type Log, type Messaging } from "@webxkey/core";
import { findOne, type MedusaConnector, type MedusaHost } from "../connector/index.ts";
import { type ClaimsRead, readClaim } from "../consent/claim.ts";
import type { ClaimedFact, Intake } from "../intake/intake.ts";

/** Tries of one fact before it is parked: with the back-off below, about twenty minutes. */
export const FACT_TRIES_MAX = 12;
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 5 * 60_000;
/** Rounds of one run; what is left waits for the next wake-up, so that no run holds a process for ever. */
const ROUNDS_MAX = 200;

/** Facts whose wish not to notify Medusa keeps nowhere but in the event: a sweep cannot know it. */
const WISH_ONLY_IN_EVENT = new Set(["shipment.created", "delivery.created", "order.fulfillment_created"]);

export interface DrainPorts {
  readonly intake: Intake;
  readonly connector: MedusaConnector;
  readonly host: () => MedusaHost;
  /** Rejects where the engine cannot be opened: then nothing is claimed and nothing counts as tried. */
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
}

/**
 * Takes waiting facts, reads each again from the store and publishes it. What fails is tried again later; a fact that keeps
 * failing is parked, so that it neither blocks the others nor is forgotten.
 *
 * @returns a function that works until nothing is due and answers how many facts it finished.
 */
export function createDrain({ intake, connector, host, messaging, log }: DrainPorts): () => Promise<number> {
  async function publish({ fact, origin }: ClaimedFact, engine: Messaging): Promise<string> {
    const event = await connector.read(fact, host());
    if (!event) return "nothing_to_tell";
    const claims =
      "order" in event.data ? await claimsOfOrder(event.data.order.ref, host()) : { kind: "none" as const };
    await engine.publish(
      { ...event, origin },
      {
        claims: claims.kind === "claimed" ? [claims.claim] : [],
        wishUnknown: origin === "sweep" && WISH_ONLY_IN_EVENT.has(fact.type),
      },
    );
    return claims.kind === "malformed" ? "published_consent_malformed" : "published";
  }

  async function drainOne(claimed: ClaimedFact, engine: Messaging): Promise<void> {
    const { type } = claimed.fact;
    try {
      const outcome = await publish(claimed, engine);
      await intake.settle(claimed, outcome);
      if (outcome === "published_consent_malformed")
        log.warn("intake.consent_malformed", { event_type: type });
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

/** The storefront's consent: on the order, where Medusa copied the cart's metadata, or still on its cart. */
async function claimsOfOrder(orderId: string, host: MedusaHost): Promise<ClaimsRead> {
  const order = await findOne<{
    readonly metadata?: Record<string, unknown> | null;
    readonly cart?: { readonly id: string; readonly metadata?: Record<string, unknown> | null } | null;
  }>(host, "order", ["id", "metadata", "cart.id", "cart.metadata"], orderId);
  const onOrder = readClaim(order?.metadata, `${orderId} metadata`);
  return onOrder.kind === "none" && order?.cart
    ? readClaim(order.cart.metadata, `${order.cart.id} metadata`)
    : onOrder;
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
