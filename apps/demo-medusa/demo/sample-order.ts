import { type SampleOrderOptions, tellOfCheckout, type Wording } from "@webxkey/demo-kit";
import { demoAccount } from "@webxkey/testing";
import { now } from "../env.ts";
import type { PlacedOrder, Shop } from "../harness/index.ts";

/** The words beside the box at checkout, as the store lists them for its storefront. */
export async function checkoutWording({ api }: Shop): Promise<Wording> {
  const { wordings } = await api.get<{ wordings: Wording[] }>("/store/webxkey/consent-wordings?language=en");
  const wording = wordings.find(({ purpose }) => purpose === "order-updates");
  if (!wording) throw new Error("The store has no words to show beside a box for order updates.");
  return wording;
}

/** Where the storefront writes that the box was ticked, and what. */
export function consentMetadata({ id, version, language }: Wording) {
  return {
    webxkey_consent: {
      wording_id: id,
      wording_version: version,
      wording_language: language,
      given_at: now().toISOString(),
    },
  };
}

/** A customer buys tea, all of it through the Store API. */
export async function placeSampleOrder(
  shop: Shop,
  wording: Wording,
  { optIn, progress }: SampleOrderOptions,
): Promise<PlacedOrder> {
  const { phone, name } = demoAccount.person;
  const [firstName, lastName] = name.split(" ");
  const metadata = optIn ? consentMetadata(wording) : undefined;

  tellOfCheckout("Store API", wording, { optIn, progress });
  if (metadata) {
    progress.detail("The storefront says so on the cart:");
    progress.detail(`POST /store/carts  {"metadata": ${JSON.stringify(metadata)}}`);
  }
  const order = await shop.placeOrder({ firstName, lastName, phone, metadata, quantity: 2 });
  progress.step(`Order #${order.display_id} is placed, ${order.total} ${order.currency_code.toUpperCase()}`);
  return order;
}
