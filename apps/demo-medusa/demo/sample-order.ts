import { demoAccount } from "@webxkey/testing";
import { now } from "../env.ts";
import type { PlacedOrder, Shop } from "../harness/index.ts";
import type { Progress } from "./progress.ts";

/** The words beside the box at checkout, as the store lists them for its storefront. */
export type Wording = { id: string; version: string; language: string; purpose: string; text: string };

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

export type SampleOrder = {
  shop: Shop;
  wording: Wording;
  /** Whether the customer ticks the box. */
  optIn: boolean;
  progress: Progress;
};

/** A customer buys tea, all of it through the Store API. */
export async function placeSampleOrder({
  shop,
  wording,
  optIn,
  progress,
}: SampleOrder): Promise<PlacedOrder> {
  const { phone, name } = demoAccount.person;
  const [firstName, lastName] = name.split(" ");
  const metadata = optIn ? consentMetadata(wording) : undefined;

  progress.step(
    `${firstName} buys tea through the Store API, and ${optIn ? "ticks" : "does not tick"} this box:`,
  );
  progress.detail(`[${optIn ? "x" : " "}] ${wording.text}`);
  if (metadata) {
    progress.detail("The storefront says so on the cart:");
    progress.detail(`POST /store/carts  {"metadata": ${JSON.stringify(metadata)}}`);
  }
  const order = await shop.placeOrder({ firstName, lastName, phone, metadata, quantity: 2 });
  progress.step(`Order #${order.display_id} is placed, ${order.total} ${order.currency_code.toUpperCase()}`);
  return order;
}
