import type { ICartModuleService, ILockingModule, MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils";
import { buyerPhoneOf, CART_FIELDS, findOne, type MedusaBuyer } from "../connector/index.ts";
import type { Runtime } from "../engine/index.ts";
import { CONSENT_METADATA_KEY, type StoredConsent } from "./claim.ts";

/** How long one write waits for another to the same cart. Medusa's own cart workflows take the same lock. */
const CART_LOCK_SECONDS_MAX = 5;

export interface CartWording {
  readonly wording_id: string;
  readonly wording_version: string;
  readonly wording_language: string;
}

export type CartConsentWritten =
  | { readonly kind: "written"; readonly givenAt: string }
  /** No such cart, or an order came of it: nobody learns which. */
  | { readonly kind: "no_cart" }
  /** Consent is given for the buyer's own phone, and the cart has none that can be read. */
  | { readonly kind: "no_phone" };

type Cart = MedusaBuyer & {
  readonly id: string;
  readonly completed_at?: string | Date | null;
};

/** Consent that waits on a cart for its order. It is a claim: anyone who knows the cart's id can make it. */
export interface CartConsent {
  /** Ties the consent to the buyer's phone that the cart has now; a message to any other phone is not covered. */
  give(cartId: string, wording: CartWording): Promise<CartConsentWritten>;
  takeBack(cartId: string): Promise<"taken_back" | "no_cart">;
}

export function createCartConsent(
  container: MedusaContainer,
  { messaging, clock }: Pick<Runtime, "messaging" | "clock">,
): CartConsent {
  const carts = container.resolve<ICartModuleService>(Modules.CART);
  const locking = container.resolve<ILockingModule>(Modules.LOCKING);
  const query = container.resolve(ContainerRegistrationKeys.QUERY);

  /** Under the cart's lock: the phone that is bound is the phone the cart has, and no order is being made of it. */
  async function onOpenCart<T>(cartId: string, work: (cart: Cart) => Promise<T>): Promise<T | "no_cart"> {
    return await locking.execute(
      cartId,
      async () => {
        const cart = await findOne<Cart>({ query }, "cart", CART_FIELDS, cartId);
        return cart && !cart.completed_at ? await work(cart) : ("no_cart" as const);
      },
      { timeout: CART_LOCK_SECONDS_MAX },
    );
  }

  return {
    async give(cartId, wording) {
      const engine = await messaging();
      const written = await onOpenCart(cartId, async (cart): Promise<CartConsentWritten> => {
        const { phone } = buyerPhoneOf(cart);
        if (!phone) return { kind: "no_phone" };
        const consent: StoredConsent = {
          ...wording,
          given_at: clock.now().toISOString(),
          phone_binding: await engine.bindPhone(phone),
        };
        await carts.updateCarts(cart.id, { metadata: { [CONSENT_METADATA_KEY]: consent } });
        return { kind: "written", givenAt: consent.given_at };
      });
      return written === "no_cart" ? { kind: "no_cart" } : written;
    },

    async takeBack(cartId) {
      return await onOpenCart(cartId, async (cart) => {
        // Medusa merges metadata, and an empty text is its word for removing a key.
        await carts.updateCarts(cart.id, { metadata: { [CONSENT_METADATA_KEY]: "" } });
        return "taken_back" as const;
      });
    },
  };
}
