import { type SampleOrderOptions, tellOfCheckout, type Wording } from "@webxkey/demo-kit";
import { demoAccount } from "@webxkey/testing";
import type { PlacedOrder, Shop, Tick } from "../harness/index.ts";

/** The words beside the box at checkout, as the store lists them for its storefront. */
export async function checkoutWording({ api }: Shop): Promise<Wording> {
  const { wordings } = await api.get<{ wordings: Wording[] }>("/store/webxkey/consent-wordings?language=en");
  const wording = wordings.find(({ purpose }) => purpose === "order-updates");
  if (!wording) throw new Error("The store has no words to show beside a box for order updates.");
  return wording;
}

/** What the storefront says when the box was ticked: which words stood beside it. */
export function tickOf({ id, version, language }: Wording): Tick {
  return { wording_id: id, wording_version: version, wording_language: language };
}

/** A customer buys tea, all of it through the Store API. */
export async function placeSampleOrder(
  shop: Shop,
  wording: Wording,
  { optIn, progress }: SampleOrderOptions,
): Promise<PlacedOrder> {
  const { phone, name } = demoAccount.person;
  const [firstName, lastName] = name.split(" ");
  const consent = optIn ? tickOf(wording) : undefined;

  tellOfCheckout("Store API", wording, { optIn, progress });
  if (consent) {
    progress.detail("The storefront says so of the cart:");
    progress.detail(`POST /store/webxkey/consents  ${JSON.stringify(consent)}`);
  }
  const order = await shop.placeOrder({ firstName, lastName, phone, consent, quantity: 2 });
  progress.step(`Order #${order.display_id} is placed, ${order.total} ${order.currency_code.toUpperCase()}`);
  return order;
}
