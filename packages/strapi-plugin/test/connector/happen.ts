import type { EventType, Money } from "@webxkey/core";
import type { Happening, Occurrence } from "@webxkey/testing/contracts";
import type { StrapiHost } from "../../server/src/connector/index.ts";
import {
  type AccountMapping,
  ORDER_EVENTS,
  type OrderEvent,
  type OrderMapping,
  type Row,
} from "../../server/src/mapping/mapping.ts";

/** Puts what happened into a Strapi's shape: an entry, and the mapping by which it is an order or an account. */

const ACCOUNT_EVENTS = {
  "account.created": "user.created",
  "account.verified": "user.confirmed",
  "account.password_reset": "user.password_reset",
} as const satisfies Partial<Record<EventType, string>>;

type Told = OrderEvent | keyof typeof ACCOUNT_EVENTS;

export const TELLS: readonly Told[] = [...ORDER_EVENTS, ...(Object.keys(ACCOUNT_EVENTS) as Told[])];

export function happen(happening: Happening): Occurrence<StrapiHost> {
  return happening.type.startsWith("order.") ? toOrder(happening) : toAccount(happening);
}

function toOrder(happening: Happening): Occurrence<StrapiHost> {
  const { ref: documentId, actRef, code, occurredAt, total, amount, shipping, billing, customer } = happening;
  const type = happening.type as OrderEvent;
  const created = type === "order.placed";
  // Two acts on one order are two states of it.
  const stage = `${type} ${actRef}`;
  const mapping: OrderMapping = {
    content_type: "api::order.order",
    created: created ? type : null,
    states: created ? {} : { [stage]: type },
    fields: {
      state: "stage",
      phone: ["shipping.phone", "billing.phone", "phone"],
      country: { attribute: "shipping.country" },
      name: "customerName",
      total: "total",
      currency: { attribute: "currency" },
      code: "code",
      locale: "language",
      paid: "amount",
      refunded: "amount",
    },
  };
  const row: Row = {
    documentId,
    createdAt: occurredAt,
    code,
    stage,
    customerName: happening.name,
    email: happening.email,
    shipping,
    billing,
    phone: customer.phone ?? null,
    total: major(total),
    amount: major(amount),
    currency: total.currency.toLowerCase(),
    language: happening.locale?.replace("-", "_") ?? null,
  };
  const host = hostOf(happening.gone ? {} : { order: { mapping, row, states: [stage] } });
  return created
    ? { hostEvent: "entry.created", payload: { documentId, at: occurredAt, row }, host }
    : { hostEvent: "entry.state", payload: { documentId, state: stage, nth: 1, at: occurredAt, row }, host };
}

function toAccount(happening: Happening): Occurrence<StrapiHost> {
  const { ref: documentId, occurredAt, customer, name, email, token, locale } = happening;
  const mapping: AccountMapping = {
    phone: ["phone"],
    country: { value: "US" },
    name: "fullName",
    locale: "language",
  };
  const row: Row = {
    documentId,
    createdAt: occurredAt,
    email,
    fullName: name,
    phone: customer.phone ?? null,
    language: locale?.replace("-", "_") ?? null,
    resetPasswordToken: token,
    confirmationToken: token,
  };
  return {
    hostEvent: ACCOUNT_EVENTS[happening.type as keyof typeof ACCOUNT_EVENTS],
    payload: { documentId, at: occurredAt, row },
    host: hostOf(happening.gone ? {} : { account: { mapping, row } }),
  };
}

function hostOf(holds: {
  readonly order?: Awaited<ReturnType<StrapiHost["order"]>>;
  readonly account?: Awaited<ReturnType<StrapiHost["account"]>>;
}): StrapiHost {
  const found = <Held extends { readonly row: Row } | null>(held: Held | undefined, id: string) =>
    held?.row["documentId"] === id ? held : null;
  return {
    order: async (id) => found(holds.order, id),
    account: async (id) => found(holds.account, id),
  };
}

function major({ amount, currency }: Money): string {
  const decimals = { JPY: 0, KWD: 3 }[currency] ?? 2;
  return (amount / 10 ** decimals).toFixed(decimals);
}
