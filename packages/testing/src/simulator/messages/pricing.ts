import type { TemplateCategory } from "../templates/definition.ts";

export interface Pricing {
  billable: boolean;
  pricing_model: "PMP";
  type: "regular" | "free_customer_service" | "free_entry_point";
  category: string;
}

/** From this day on service messages and utility templates are charged inside the service window too. */
const SERVICE_CHARGED_FROM_MS = Date.UTC(2026, 9, 1);
export const SERVICE_WINDOW_MS = 24 * 3_600_000;
export const ENTRY_POINT_WINDOW_MS = 72 * 3_600_000;

/** The price class a message gets; decided when it is accepted. */
// behaviour: pricing-by-date
export function priceOf(message: {
  category: TemplateCategory | "SERVICE";
  atMs: number;
  windowIsOpen: boolean;
  entryPointIsOpen: boolean;
}): Pricing {
  const category = message.category.toLowerCase();
  if (message.entryPointIsOpen) {
    return {
      billable: false,
      pricing_model: "PMP",
      type: "free_entry_point",
      category: "referral_conversion",
    };
  }
  const wasFreeInWindow = message.category === "SERVICE" || message.category === "UTILITY";
  if (wasFreeInWindow && message.windowIsOpen && message.atMs < SERVICE_CHARGED_FROM_MS) {
    return { billable: false, pricing_model: "PMP", type: "free_customer_service", category };
  }
  return { billable: true, pricing_model: "PMP", type: "regular", category };
}
