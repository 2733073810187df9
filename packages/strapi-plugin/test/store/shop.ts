import { demoAccount } from "@webxkey/testing";
import { expect } from "vitest";
import type { Mapping, OrderMapping } from "../../server/src/mapping/mapping.ts";
import type { Api } from "./api.ts";
import type { App } from "./open-app.ts";

/** How long the plugin may take from an entry to its message, on a busy machine. */
export const WITHIN = { timeout: 30_000 };

const consent = {
  attribute: "whatsapp",
  wording_id: "checkout-order-updates",
  wording_version: "1",
  wording_language: "en",
};

export const ORDERS: OrderMapping = {
  content_type: "api::order.order",
  created: "order.placed",
  states: { shipped: "order.shipped", cancelled: "order.cancelled" },
  fields: {
    state: "stage",
    phone: ["phone", "address.phone"],
    country: { value: "US" },
    name: "customerName",
    total: "total",
    currency: { attribute: "currency" },
    code: "code",
    locale: "language",
    consent,
  },
};

export const BOOKINGS: OrderMapping = {
  content_type: "api::booking.booking",
  created: "order.placed",
  states: { shipped: "order.shipped" },
  fields: {
    state: "stage",
    phone: ["phone"],
    total: "total",
    currency: { value: "USD" },
    code: "code",
    consent,
  },
};

/** Content with languages, in which all but the total is a language's own. */
export const TRIPS: OrderMapping = {
  ...BOOKINGS,
  content_type: "api::trip.trip",
  states: { shipped: "order.shipped", cancelled: "order.cancelled" },
};

let count = 0;

/** An order that agreed to be told, each with a phone of its own. */
export function anOrder(more: Record<string, unknown> = {}) {
  const number = ++count;
  return {
    code: `T-${number}`,
    customerName: "Sample Customer",
    phone: `+1650555${String(1000 + number)}`,
    total: 49.99,
    currency: "usd",
    whatsapp: true,
    ...more,
  };
}

/** Connects the simulator's number, turns the rules on and says what an order is. */
export async function setUp(owner: Api, mapping: Mapping): Promise<void> {
  const sender = await owner("POST", "/webxkey/v1/senders", {
    waba_id: demoAccount.waba.id,
    phone_number_id: demoAccount.number.id,
    app_id: demoAccount.app.id,
    app_secret: demoAccount.app.secret,
    access_token: demoAccount.token.value,
  });
  expect(sender).toMatchObject({ status: 201 });
  for (const rule of ["order-confirmation", "order-shipped", "order-cancelled"]) {
    const answer = await owner("PUT", `/webxkey/v1/rules/${rule}`, { active: true });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  }
  await map(owner, mapping);
}

export async function map(owner: Api, mapping: Mapping): Promise<void> {
  expect(await owner("PUT", "/webxkey/mapping", mapping)).toMatchObject({
    status: 200,
    body: { state: "ready" },
  });
}

/** The messages about an entry, each as `rule state`. */
export async function messagesOf(owner: Api, documentId: string): Promise<string[]> {
  const { body } = await owner<{ messages?: { rule_id: string; state: string }[] }>(
    "GET",
    `/webxkey/v1/entities/order/${documentId}/timeline`,
  );
  return (body.messages ?? []).map(({ rule_id, state }) => `${rule_id} ${state}`).toSorted();
}

/** What is recorded of an order's consent, the oldest first, each as `method state`. */
export async function consentsOf(owner: Api, documentId: string): Promise<string[]> {
  const { body } = await owner<{ consents: { method: string; state: string }[] }>(
    "GET",
    `/webxkey/v1/consents?entity_type=order&entity_ref=${documentId}`,
  );
  return body.consents.map(({ method, state }) => `${method} ${state}`);
}

export interface StoredFact {
  readonly key: string;
  readonly type: string;
  readonly state: string | null;
  readonly origin: "push" | "sweep";
  readonly outcome: string | null;
  readonly attempts: number;
}

/** What waits or waited in the intake about one entity, in the order it came. */
export async function factsOf(app: Pick<App, "rows">, documentId: string): Promise<StoredFact[]> {
  return await app.rows<StoredFact>("select * from webxkey_intake_facts where entity_id = ? order by id", [
    documentId,
  ]);
}

/** Waits until nothing is due in the intake, so that what was not told by then never is. */
export async function expectDrained(app: App): Promise<void> {
  await app.runtime.drain();
  await expect
    .poll(
      () => app.rows("select key from webxkey_intake_facts where done_at is null and parked_at is null"),
      WITHIN,
    )
    .toEqual([]);
}
