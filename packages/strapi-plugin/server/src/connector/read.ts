import type { EventType, Fact, PlatformEvent } from "@webxkey/core";
import { type IsPhoneVerified, withVerifiedPhone } from "@webxkey/host-kit";
import type { AccountMapping, OrderEvent, OrderMapping, Row } from "../mapping/mapping.ts";
import {
  idOf,
  orderOf,
  partsOf,
  recipientOfAccount,
  recipientOfOrder,
  timeOf,
} from "../mapping/translate.ts";
import type { HostEvent } from "./facts.ts";

export interface MappedOrder {
  readonly mapping: OrderMapping;
  /** The row in the language that the order came in. */
  readonly row: Row;
  /** The state of each of its rows: an order with several languages has one each. */
  readonly states: readonly string[];
}

export interface MappedAccount {
  /** Null where the merchant did not say where an account's phone is. */
  readonly mapping: AccountMapping | null;
  readonly row: Row;
}

/** The application, as the connector needs it. */
export interface StrapiHost {
  /**
   * An order by its documentId, as it is now; null where it is gone or no content type is an order.
   * @throws WebxkeyError `invalid_configuration` where the mapping does not fit the content type any more.
   */
  order(documentId: string): Promise<MappedOrder | null>;
  account(documentId: string): Promise<MappedAccount | null>;
}

export interface StrapiShop {
  /** `source` of its events. */
  readonly source: string;
  readonly name: string;
  /** For security notices, which go to no phone that nobody verified. */
  readonly isPhoneVerified?: IsPhoneVerified | undefined;
}

export type ReadFact = (fact: Fact, host: StrapiHost, shop: StrapiShop) => Promise<PlatformEvent | null>;

function event(
  fact: Pick<Fact, "key" | "occurredAt">,
  shop: StrapiShop,
  row: Row,
  type: EventType,
  data: object,
): PlatformEvent {
  return {
    specversion: "1.0",
    id: fact.key,
    source: shop.source,
    type,
    time: fact.occurredAt ?? timeOf(row["createdAt"]),
    data: { ...data, shop: { name: shop.name } },
  } as PlatformEvent;
}

function ofOrder(meaning: (fact: Fact, order: OrderMapping) => OrderEvent | null | undefined): ReadFact {
  return async (fact, host, shop) => {
    const found = await host.order(fact.entityId);
    const type = found && meaning(fact, found.mapping);
    if (!type || takenBack(type, found)) return null;
    return orderEvent(fact, shop, found, type);
  };
}

/** @throws Error where the entry holds no amount. */
export function orderEvent(
  fact: Pick<Fact, "key" | "occurredAt">,
  shop: StrapiShop,
  { row, mapping }: Pick<MappedOrder, "row" | "mapping">,
  type: OrderEvent,
): PlatformEvent {
  return event(fact, shop, row, type, {
    recipient: recipientOfOrder(row, mapping),
    order: orderOf(row, mapping),
    ...partsOf(type, row, mapping),
  });
}

/** What happened is told although more has happened since, but a cancellation only while it stands in one of the rows. */
function takenBack(type: OrderEvent, { mapping, states }: MappedOrder): boolean {
  return type === "order.cancelled" && !states.some((state) => stateOf(mapping, state) === type);
}

function stateOf({ states }: OrderMapping, state: string): OrderEvent | undefined {
  return Object.hasOwn(states, state) ? states[state] : undefined;
}

function ofAccount(type: EventType): ReadFact {
  return async (fact, host, shop) => {
    const found = await host.account(fact.entityId);
    if (!found) return null;
    const { mapping, row } = found;
    const recipient = mapping
      ? await withVerifiedPhone(recipientOfAccount(row, mapping), idOf(row), shop.isPhoneVerified)
      : { phone_problem: "missing" };
    return event(fact, shop, row, type, { recipient, account: { ref: idOf(row) } });
  };
}

export const READ: Readonly<Record<HostEvent, ReadFact>> = {
  "entry.created": ofOrder((_fact, { created }) => created),
  "entry.state": ofOrder(({ state = "" }, order) => stateOf(order, state)),
  "user.created": ofAccount("account.created"),
  "user.confirmed": ofAccount("account.verified"),
  "user.password_reset": ofAccount("account.password_reset"),
};
