import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** Writes of consent, each process counting for itself: a person at a checkout ticks a box a few times, not sixty. */
export const CART_WRITES_MAX = 10;
const ADDRESS_WRITES_MAX = 60;
const WINDOW_SECONDS = 600;

export type Allowed = { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

export interface ConsentLimits {
  /** Counts a write from this address, and for this cart where the body names one. */
  take(address: string, cartId?: string): Promise<Allowed>;
}

export function createConsentLimits(): ConsentLimits {
  const byCart = new RateLimiterMemory({ points: CART_WRITES_MAX, duration: WINDOW_SECONDS });
  const byAddress = new RateLimiterMemory({ points: ADDRESS_WRITES_MAX, duration: WINDOW_SECONDS });
  return {
    async take(address, cartId) {
      try {
        await byAddress.consume(address);
        if (cartId !== undefined) await byCart.consume(cartId);
        return { ok: true };
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return { ok: false, retryAfterSeconds: Math.ceil(refused.msBeforeNext / 1000) };
      }
    },
  };
}
