import { WebxkeyError } from "../kernel/errors.ts";
import { isEventSource, type PlatformEvent } from "./envelope.ts";

/**
 * What may be stored of a host's event before it is understood: that something happened to something. Never a phone
 * number, an e-mail address, a name, a text or a token, because the store it waits in is the host's own.
 */
export interface Fact {
  /**
   * Names the business act: the host event's name, the ids of what it happened to, and the state where one thing can pass
   * through several. The same act always has the same key, two acts never do: a refund is keyed by its own id, because an
   * order can be refunded twice. It becomes the event's id.
   */
  readonly key: string;
  /** The host event's name. */
  readonly type: string;
  /** The id of the entity to read again. */
  readonly entityId: string;
  readonly state?: string | undefined;
  /** RFC 3339, where the host's event says it. */
  readonly occurredAt?: string | undefined;
  /** The host's wish not to tell the customer, where it travels only in the event. */
  readonly doNotNotify?: boolean | undefined;
  /**
   * The states of the entity that prove the act by a meaning that a merchant can change, if nothing else proves it; see
   * `HostEventTranslation.statesIn`.
   */
  readonly inStates?: readonly string[] | undefined;
}

/** A state in which an entity is, in the platform's own word. */
export interface SeenState {
  readonly entityId: string;
  /** The field that holds it: another state in the same field means that the entity left this one. */
  readonly field: string;
  readonly state: string;
  /** RFC 3339; when the platform last changed the entity, where the payload says it. */
  readonly changedAt?: string | undefined;
}

/** How one kind of host event becomes an event of the vocabulary. */
export interface HostEventTranslation<Host> {
  /**
   * Pure and immediate: it sees the payload only, which comes from outside and may be anything. A payload that says nothing
   * gives no facts.
   */
  facts(payload: unknown): readonly Fact[];
  /**
   * The states in which the payload shows entities to be, whatever they mean: a state that is given a meaning later tells nothing of
   * the entities that were in it before, unless they leave it and come back. For connectors whose merchants map states.
   */
  statesIn?(payload: unknown): readonly SeenState[];
  /**
   * Reads the entity again, as it is now, and translates it.
   *
   * @returns null where there is nothing to tell: the entity is gone, does not prove the act (any more, or yet: a fact may come
   * from a hint), or the act does not concern the customer. The same fact may be told again later and be true then.
   * @throws what the host throws when it cannot be reached; the fact is then read again later.
   */
  read(fact: Fact, host: Host): Promise<PlatformEvent | null>;
  /**
   * The numbers in E.164 of the person who ticks a consent field: the buyer's own, of the billing address or the customer's
   * account, and never the parcel's. A tick covers nobody where this is left out or empty.
   */
  buyerPhones?(fact: Fact, host: Host, field: string): Promise<readonly string[]>;
}

export interface ConnectorDefinition<Host> {
  /** The platform's name in lower-case letters, digits and dashes. */
  readonly id: string;
  /** The `source` of its events: which installation, as a URI reference. */
  readonly source: string;
  /** By the host event's name. */
  readonly events: Readonly<Record<string, HostEventTranslation<Host>>>;
}

export interface Connector<Host> {
  readonly id: string;
  readonly source: string;
  /** The host events to subscribe to. */
  readonly hostEvents: readonly string[];
  /** The facts of one host event; none for an event the connector does not know. */
  facts(hostEvent: string, payload: unknown): readonly Fact[];
  /** The states that one host event shows; see `HostEventTranslation.statesIn`. */
  statesIn(hostEvent: string, payload: unknown): readonly SeenState[];
  /** Reads and translates a stored fact; null where there is nothing to tell. */
  read(fact: Fact, host: Host): Promise<PlatformEvent | null>;
  /** Whom a tick in this field covers, by their own numbers; see `HostEventTranslation.buyerPhones`. */
  buyerPhones(fact: Fact, host: Host, field: string): Promise<readonly string[]>;
}

const CONNECTOR_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/**
 * Makes a connector, which translates one platform and does nothing else: it never sends and never decides.
 *
 * Translation takes two steps, because a host's event is worth storing before anything else is done with it. `facts` turns
 * the payload into what may be stored; later, and again after a crash, `read` looks the entity up at the host. Prove a
 * connector with `connectorContract` from `@webxkey/testing/contracts`.
 *
 * @example
 * ```ts
 * import type { EventOf } from "@webxkey/core";
 *
 * interface ShopOrder { readonly id: string }
 * interface Shop { findOrder(id: string): Promise<ShopOrder | undefined> }
 * declare function orderIdOf(payload: unknown): string | undefined;
 * declare function placed(order: ShopOrder, fact: Fact): EventOf<"order.placed">;
 *
 * const shopConnector = defineConnector<Shop>({
 *   id: "shop",
 *   source: "/shop/main",
 *   events: {
 *     "order-created": {
 *       facts: (payload) => {
 *         const id = orderIdOf(payload);
 *         return id ? [{ key: `order-created:${id}`, type: "order-created", entityId: id }] : [];
 *       },
 *       read: async (fact, shop) => {
 *         const order = await shop.findOrder(fact.entityId);
 *         return order ? placed(order, fact) : null;
 *       },
 *     },
 *   },
 * });
 * ```
 * @throws WebxkeyError `invalid_configuration` where `id` or `source` cannot be used.
 */
export function defineConnector<Host>({ id, source, events }: ConnectorDefinition<Host>): Connector<Host> {
  if (!CONNECTOR_ID.test(id)) {
    const detail = "Name a connector with 1 to 40 lower-case letters, digits and dashes.";
    throw new WebxkeyError("invalid_configuration", { detail });
  }
  if (!isEventSource(source)) {
    const detail = `Give the connector ${id} a source that is a URI reference, such as /${id}/main.`;
    throw new WebxkeyError("invalid_configuration", { detail });
  }
  const translations = new Map(Object.entries(events));
  return {
    id,
    source,
    hostEvents: [...translations.keys()],
    facts: (hostEvent, payload) => translations.get(hostEvent)?.facts(payload) ?? [],
    statesIn: (hostEvent, payload) => translations.get(hostEvent)?.statesIn?.(payload) ?? [],
    read: async (fact, host) => (await translations.get(fact.type)?.read(fact, host)) ?? null,
    buyerPhones: async (fact, host, field) =>
      (await translations.get(fact.type)?.buyerPhones?.(fact, host, field)) ?? [],
  };
}
