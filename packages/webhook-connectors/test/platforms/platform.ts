import { createHmac } from "node:crypto";
import type {
  ChangedQuery,
  Delivery,
  HostAct,
  Money,
  PlatformEntities,
  WebhookConnector,
} from "@webxkey/core";
import type { ConnectorSubject, Happening, Occurrence } from "@webxkey/testing/contracts";

/**
 * A platform as the suites need it. All bodies are written anew to the documented shape, not recorded; all numbers are 555 numbers.
 */
export interface Platform {
  readonly connector: WebhookConnector;
  /** What a merchant typed, before it is read. */
  readonly settings: object;
  readonly subject: Omit<ConnectorSubject<PlatformEntities>, "connector">;
  /** How the platform signs; undefined where it does not. */
  readonly signs?: {
    /** A current secret, an older one and somebody else's. */
    readonly secrets: readonly [current: string, older: string, strange: string];
    readonly headers: readonly string[];
    /** The signature's headers. */
    sign(delivery: Delivery, secret: string): Readonly<Record<string, string>>;
  };
  /** As the platform posts a body, without a signature. */
  delivery(body: string | Uint8Array, topic?: string): Delivery;
  /** Deliveries that tell of the same acts: another topic, or the same body again. */
  readonly sameActs: readonly (readonly [body: object, topic?: string])[];
  /** Well formed, and about something else. Undefined where a body cannot be about anything else. */
  readonly unknown?: readonly [body: object, topic?: string];
}

export const SHOP = {
  name: "Tea Shop",
  source: "/shops/tea",
  connectedAt: new Date("2026-01-01T00:00:00Z"),
} as const;

/** Soon after what happened. */
export const NOW = new Date("2026-03-14T09:27:00Z");

export const paidOrder: Happening = {
  type: "order.paid",
  ref: "order_1",
  actRef: "act_1",
  code: "1042",
  occurredAt: "2026-03-14T09:26:53.000Z",
  total: { amount: 4_999, currency: "USD" },
  amount: { amount: 4_999, currency: "USD" },
  shipping: { phone: "+16505551234", country: "US" },
  billing: { phone: "+16505550123", country: "US" },
  customer: { phone: "+15550783881" },
  name: "Sheena Nelson",
  email: "sheena@example.com",
  locale: "pt-BR",
  token: "",
  doNotNotify: false,
  gone: false,
};

/** A question for what changed since. */
export function changedSince(since: string | Date, more: Partial<ChangedQuery> = {}): ChangedQuery {
  return { since: new Date(since), skip: 0, limit: 100, fields: [], ...more };
}

export const URL_OF_HOOK = "https://hooks.example.com/v1/connectors/5b1c2d3e";

export function connectorOf({ connector, settings }: Platform) {
  return connector.connector({ ...SHOP, settings: connector.settings.parse(settings) });
}

/** A host that holds these records and nothing else. */
export function hostOf(records: Readonly<Record<string, unknown>>): PlatformEntities {
  return {
    find: async (kind, id) =>
      Object.hasOwn(records, `${kind}/${id}`) ? records[`${kind}/${id}`] : undefined,
  };
}

export function occurrence(
  act: HostAct,
  records: Readonly<Record<string, unknown>>,
  gone: boolean,
): Occurrence<PlatformEntities> {
  return { ...act, host: hostOf(gone ? {} : records) };
}

/** The running number that a platform would have given: another one for each ref, far from any phone number. */
export function numberOf(ref: string): number {
  let number = 7;
  for (const char of ref) number = (number * 31 + char.charCodeAt(0)) % 999_983;
  return number + 1_000_000;
}

export function major({ amount, currency }: Money): string {
  const decimals = { JPY: 0, KWD: 3 }[currency] ?? 2;
  return (amount / 10 ** decimals).toFixed(decimals);
}

/** What a part refund gives back: less than the order's total, also where a clause asks for as much. */
export function refundedOf({ type, total, amount }: Happening): Money {
  const isWhole = type === "order.refunded" || amount.amount < total.amount;
  return isWhole ? amount : { ...amount, amount: Math.floor(amount.amount / 2) };
}

/** An order that was refunded whole was as much as went back. */
export function totalOf({ type, total, amount }: Happening): Money {
  return type === "order.refunded" ? amount : total;
}

export function postTo(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): Delivery {
  return { url, headers: new Headers(headers), body: typeof body === "string" ? Buffer.from(body) : body };
}

export function hmac(secret: string, ...content: readonly (string | Uint8Array)[]): Buffer {
  return createHmac("sha256", secret)
    .update(Buffer.concat(content.map((part) => Buffer.from(part))))
    .digest();
}

/** `2026-03-14 09:26:53`, as clocks without a zone show it. */
export function spaced(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
