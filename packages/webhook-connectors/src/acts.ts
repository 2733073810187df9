import {
  type ConnectedShop,
  type EventData,
  type EventType,
  type Fact,
  type HostEventTranslation,
  isUntrueAfter,
  knownCode,
  type Money,
  moneyFromMajorUnits,
  type PlatformEntities,
  type PlatformEntity,
  type PlatformEvent,
  type WebhookConnector,
} from "@webxkey/core";
import { languageOf, type MessageSettings } from "./message-settings.ts";
import { buyerPhonesIn, type Person, type Recipient, recipientOf } from "./recipients.ts";

/**
 * From a platform's record to facts and events. A record proves acts: this order was placed, this refund was made. Their keys name
 * the act and nothing else, so that a webhook, its repetition, another topic with the same body and a poll all give one fact.
 */

/** Something that happened, as a record proves it: ids and a time, nothing personal. */
export interface Act {
  readonly type: EventType;
  /** What it happened to: the order's id, or its own where the platform gives it one, such as a refund's. */
  readonly id: string;
  /** RFC 3339, where the platform keeps it. */
  readonly at?: string | undefined;
  /** The state that proves it, where the merchant says what that means. */
  readonly inState?: string | undefined;
}

/** What an event says beside its order. */
type Details = Partial<
  Pick<EventData<"order.paid">, "payment"> &
    Pick<EventData<"order.shipped">, "fulfillment"> &
    Pick<EventData<"order.refunded">, "refund"> &
    Pick<EventData<"order.return_requested">, "return">
>;

/** An act of an order, with what is only worked out when it is told, and may throw then. */
export interface OrderAct extends Act {
  /** What it is told as, where that is not its own type: a refund has one key, whether it was whole or a part. */
  toldAs?(): EventType;
  details?(): Details;
  /** Looks its time up where the record has none; asked for only if that decides whether it is news. */
  timeAt?(entities: PlatformEntities): Promise<string | undefined>;
}

/** An order as it is told. */
export interface OrderStory {
  readonly order: EventData<"order.placed">["order"];
  readonly person: Person;
  readonly acts: readonly OrderAct[];
  /** RFC 3339; when the platform last changed the record. */
  readonly changedAt: string;
}

/** An account as it is told. */
export interface AccountStory {
  readonly ref: string;
  readonly person: Person;
  readonly createdAt: string;
}

/** Which acts a payload tells of, and which record they are read from; undefined where it is not understood. */
export type FindActs = (payload: unknown) =>
  | {
      readonly entityId: string;
      readonly acts: readonly Act[];
      /** The states in which the record is, by the fields that hold them, where the merchant says what states mean. */
      readonly states?: Readonly<Record<string, string | null | undefined>>;
      /** RFC 3339; when the platform last changed the record, where the payload says it. */
      readonly changedAt?: string | undefined;
    }
  | undefined;

/** Looks a record up and tells it; undefined where it is gone, or is nothing that customers are told of. */
export type ReadStory<Story> = (id: string, entities: PlatformEntities) => Promise<Story | undefined>;

/** A connected shop, and where its platform keeps fields that merchants name. */
type Shop = Pick<ConnectedShop<MessageSettings>, "source" | "name" | "connectedAt" | "settings"> &
  Pick<WebhookConnector, "fieldOf">;

/** One host event about orders. */
export function ofOrders(
  hostEvent: string,
  shop: Shop,
  findActs: FindActs,
  read: ReadStory<OrderStory>,
): HostEventTranslation<PlatformEntities> {
  return {
    facts: factsOf(hostEvent, findActs),
    statesIn(payload) {
      const { entityId = "", states = {}, changedAt } = findActs(payload) ?? {};
      return Object.entries(states).flatMap(([field, state]) =>
        state ? [{ entityId, field, state, ...(changedAt && { changedAt }) }] : [],
      );
    },
    async read(fact, entities) {
      const found: PlatformEntity[] = [];
      const story = await read(fact.entityId, keeping(entities, found));
      const act = story?.acts.find((candidate) => keyOf(candidate) === fact.key);
      if (!story || !act) return null;
      const { order, person } = story;
      const recipient = writtenTo(person, shop, found);
      // A number that a plugin made of more than a code is known to nobody; the platform's own is.
      const known = { ...order, code: knownCode(order.code) ?? order.ref };
      const data = { order: known, recipient, shop: { name: shop.name }, ...act.details?.() };
      const time = act.at ?? (await timeOfUndated(act, story, shop, entities));
      const told = event(fact, shop, act.toldAs?.() ?? act.type, time, data);
      return isOvertaken(act, story.acts) ? { ...told, overtaken: true } : told;
    },
    buyerPhones: buyerPhonesOf(read),
  };
}

/** One host event about accounts. */
export function ofAccounts(
  hostEvent: string,
  shop: Shop,
  findActs: FindActs,
  read: ReadStory<AccountStory>,
): HostEventTranslation<PlatformEntities> {
  return {
    facts: factsOf(hostEvent, findActs),
    async read(fact, entities) {
      const found: PlatformEntity[] = [];
      const story = await read(fact.entityId, keeping(entities, found));
      if (!story) return null;
      const { ref, person, createdAt } = story;
      return event(fact, shop, "account.created", createdAt, {
        account: { ref },
        recipient: writtenTo(person, shop, found),
        shop: { name: shop.name },
      });
    },
    buyerPhones: buyerPhonesOf(read),
  };
}

function buyerPhonesOf(
  read: ReadStory<{ readonly person: Person }>,
): NonNullable<HostEventTranslation<PlatformEntities>["buyerPhones"]> {
  return async (fact, entities, field) => {
    const story = await read(fact.entityId, entities);
    return story ? buyerPhonesIn(story.person, field) : [];
  };
}

/** Whom an event is told to, in the language that the merchant's settings give. */
function writtenTo(person: Person, shop: Shop, found: readonly PlatformEntity[]): Recipient {
  const recipient = recipientOf(person, shop.settings.phones);
  const locale = languageOf(shop.settings, shop.fieldOf, found, recipient.locale);
  return { ...recipient, ...(locale !== undefined && { locale }) };
}

/** Keeps what is found. */
function keeping(entities: PlatformEntities, found: PlatformEntity[]): PlatformEntities {
  return {
    async find(kind, id) {
      const value = await entities.find(kind, id);
      if (value !== undefined && value !== null) found.push({ kind, id, value });
      return value;
    },
  };
}

/**
 * Money in minor units.
 *
 * @throws Error where the platform gave no amount: the fact is then tried again and at last parked, never told wrongly.
 */
export function moneyOf(amount: number | string, currency: string): Money {
  const money = moneyFromMajorUnits(amount, currency);
  if (!money) throw new Error("The platform gave an amount that is not one.");
  return money;
}

/** The act of giving money back. It is whole once as much has gone back by then as was to be paid. */
export function refundAct(
  ref: string,
  at: string | undefined,
  amounts: () => { readonly amount: Money; readonly backByThen: number; readonly total: Money },
): OrderAct {
  return {
    type: "order.refunded",
    id: ref,
    ...(at && { at }),
    toldAs() {
      const { backByThen, total } = amounts();
      return backByThen >= total.amount ? "order.refunded" : "order.partially_refunded";
    },
    details: () => ({ refund: { ref, amount: amounts().amount } }),
  };
}

/** Some platforms count credits into an order's total, so that it can fall below nothing. */
export function totalOf(amount: number | string, currency: string): Money {
  const money = moneyOf(amount, currency);
  return { ...money, amount: Math.max(0, money.amount) };
}

/**
 * Acts in the order in which they happened. One without a time happened no earlier than the one that is named before it: connectors
 * name them as a shop goes through them.
 */
function inOrder<A extends Act>(acts: readonly A[]): A[] {
  let time = Number.NEGATIVE_INFINITY;
  return acts
    .map((act) => {
      if (act.at) time = Date.parse(act.at);
      return { act, time };
    })
    .toSorted((one, other) => (one.time === other.time ? 0 : one.time - other.time))
    .map(({ act }) => act);
}

function isOvertaken(act: Act, acts: readonly Act[]): boolean {
  if (!isUntrueAfter(act.type, "order.cancelled")) return false;
  const ordered = inOrder(acts);
  return ordered.findLastIndex(({ type }) => type === "order.cancelled") > ordered.indexOf(act);
}

function keyOf({ type, id }: Act): string {
  return `${type}:${id}`;
}

function factsOf(hostEvent: string, findActs: FindActs): (payload: unknown) => readonly Fact[] {
  return (payload) => {
    const found = findActs(payload);
    if (!found) return [];
    // Two states may mean the same.
    const byKey = Map.groupBy(inOrder(found.acts), keyOf);
    return [...byKey].map(([key, same]): Fact => {
      const { type, at } = same.at(-1) as Act;
      const inStates = same.flatMap(({ inState }) => inState ?? []);
      return {
        key,
        type: hostEvent,
        entityId: found.entityId,
        state: type,
        ...(at && { occurredAt: at }),
        ...(inStates.length === same.length && { inStates }),
      };
    });
  };
}

/**
 * When an act happened whose time is not in the record. Since the shop was connected each change was seen when it was made. An act on
 * an older order may be of any age: it counts as old as its order, unless the platform has its time elsewhere.
 */
async function timeOfUndated(
  act: OrderAct,
  { order, changedAt }: OrderStory,
  { connectedAt }: Shop,
  entities: PlatformEntities,
): Promise<string> {
  if (new Date(order.placed_at) >= connectedAt) return changedAt;
  return (await act.timeAt?.(entities)) ?? order.placed_at;
}

function event(fact: Fact, shop: Shop, type: EventType, time: string, data: object): PlatformEvent {
  return { specversion: "1.0", id: fact.key, source: shop.source, type, time, data } as PlatformEvent;
}
