/** In one country of four WhatsApp writes numbers as shops do. */
const COUNTRIES = ["+1650", "+551198", "+52551", "+549112"] as const;

export const WORDING = {
  id: "checkout-order-updates",
  version: "2026-11",
  language: "en",
  purpose: "order-updates",
  text: "Send me updates about this order on WhatsApp. I can stop at any time by answering STOP.",
} as const;

/** What a shop publishes: an order and the consent that came with it, as JSON. */
export interface Order {
  readonly event: { readonly id: string; readonly source: string } & Record<string, unknown>;
  readonly claims: readonly Record<string, unknown>[];
}

/** The phone of the n-th customer: one each, so that no limit between a number and a person is met. */
export function phoneOf(n: number): string {
  const prefix = COUNTRIES[n % COUNTRIES.length] ?? COUNTRIES[0];
  return prefix + String(n).padStart(7, "0");
}

/** What is told of an order, in the order in which it happens. */
export const ACTS = ["order.placed", "order.shipped"] as const;
export type Act = (typeof ACTS)[number];

export function orderOf(n: number, at: Date, act: Act = "order.placed"): Order {
  const ref = `order_${n}`;
  const time = at.toISOString();
  return {
    event: {
      specversion: "1.0",
      id: `${act}:${ref}`,
      source: "/chaos",
      type: act,
      time,
      data: {
        recipient: { phone: phoneOf(n), name: "Canaryfirst", locale: "en" },
        order: { ref, code: `#${n}`, placed_at: time, total: { amount: 4_999, currency: "USD" } },
        shop: { name: "Lucky Shrub" },
        ...(act === "order.shipped" && { fulfillment: { ref: `parcel_${n}` } }),
      },
    },
    claims: [
      {
        wordingId: WORDING.id,
        wordingVersion: WORDING.version,
        wordingLanguage: WORDING.language,
        method: "checkout_box",
        occurredAt: time,
        evidence: "cart metadata",
        givenBy: { phones: [phoneOf(n)] },
      },
    ],
  };
}
