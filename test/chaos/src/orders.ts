/** Ten thousand numbers that are nobody's in each of these area codes. */
const AREA_CODES = ["650", "415", "212", "310", "305", "312", "404", "503", "602", "702", "713", "808"];
const NUMBERS_PER_AREA = 10_000;

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
  const area = AREA_CODES[Math.floor(n / NUMBERS_PER_AREA) % AREA_CODES.length] ?? "650";
  return `+1${area}555${String(n % NUMBERS_PER_AREA).padStart(4, "0")}`;
}

export function orderOf(n: number, at: Date): Order {
  const ref = `order_${n}`;
  const time = at.toISOString();
  return {
    event: {
      specversion: "1.0",
      id: `order.placed:${ref}`,
      source: "/chaos",
      type: "order.placed",
      time,
      data: {
        recipient: { phone: phoneOf(n), name: "Canaryfirst", locale: "en" },
        order: { ref, code: `#${n}`, placed_at: time, total: { amount: 4_999, currency: "USD" } },
        shop: { name: "Lucky Shrub" },
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
