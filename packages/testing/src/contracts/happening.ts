import type { EventType, Money } from "@webxkey/core";

/**
 * Something that happened in a shop, in nobody's terms yet. The contract makes them up; a connector's fixture puts each
 * into its platform's own shape: an entity that its host holds, and the event its host emits.
 */
export interface Happening {
  readonly type: EventType;
  /** The order's id, or the account's where it happened to an account. */
  readonly ref: string;
  /** The id of the payment, fulfilment, refund or return; two acts on one order differ in it. */
  readonly actRef: string;
  /** What the customer knows the order by. */
  readonly code: string;
  /** RFC 3339, as the platform's entity says it: in the past, and not when the test runs. */
  readonly occurredAt: string;
  readonly total: Money;
  /** What was paid or refunded. */
  readonly amount: Money;
  readonly shipping: Address;
  readonly billing: Address;
  /** The account's own record; the only place of a phone where no order is concerned. */
  readonly customer: { readonly phone?: string };
  readonly name: string;
  readonly email: string;
  /** BCP 47. A fixture writes it as its platform does. */
  readonly locale?: string;
  /** A secret of a password reset, which the platform may keep or send along. */
  readonly token: string;
  /** The merchant asked the platform not to tell the customer. */
  readonly doNotNotify: boolean;
  /** Since then deleted: the host emitted the event, but does not have the entity any more. */
  readonly gone: boolean;
}

export interface Address {
  /** As a person typed it. */
  readonly phone?: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
}

/** What a happening looks like from the host's side. */
export interface Occurrence<Host> {
  readonly hostEvent: string;
  /** What the connector's `facts` is given. */
  readonly payload: unknown;
  /** A host that holds the entity, or does not where it is gone. */
  readonly host: Host;
}

export const PHONES = {
  shipping: "+16505551234",
  billing: "+16505550123",
  customer: "+15550783881",
} as const;

/** What must not be stored before it is understood, recognisable wherever it turns up. */
export const CANARIES = {
  name: "Sheena Nelson",
  email: "sheena@example.com",
  token: "555-canary-token-555",
  phoneDigits: ["6505551234", "6505550123", "5550783881"],
} as const;

export function happening(type: EventType, changes: Partial<Happening> = {}): Happening {
  return {
    type,
    ref: type.startsWith("order.") ? "order_1" : "customer_1",
    actRef: "act_1",
    code: "1042",
    occurredAt: "2026-03-14T09:26:53.000Z",
    total: { amount: 4_999, currency: "USD" },
    amount: { amount: 1_250, currency: "USD" },
    shipping: { phone: PHONES.shipping, country: "US" },
    billing: { phone: PHONES.billing, country: "US" },
    customer: { phone: PHONES.customer },
    name: CANARIES.name,
    email: CANARIES.email,
    locale: "pt-BR",
    token: CANARIES.token,
    doNotNotify: false,
    gone: false,
    ...changes,
  };
}
