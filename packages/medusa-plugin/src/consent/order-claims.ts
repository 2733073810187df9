import type { ConsentWording } from "@webxkey/core";
import type { ClaimsRead } from "@webxkey/host-kit";
import { findOne, type MedusaHost } from "../connector/index.ts";
import { readClaim } from "./claim.ts";

/** The storefront's consent, on the order: Medusa copies the cart's metadata there, and what is removed there was taken back. */
export async function claimsOfOrder(
  orderId: string,
  host: MedusaHost,
  offered: readonly ConsentWording[],
): Promise<ClaimsRead> {
  const order = await findOne<{
    readonly created_at: string | Date;
    readonly metadata?: Record<string, unknown> | null;
    readonly cart?: { readonly created_at: string | Date } | null;
  }>(host, "order", ["id", "created_at", "metadata", "cart.created_at"], orderId);
  if (!order) return { kind: "none" };
  return readClaim(order.metadata, {
    place: `${orderId} metadata`,
    placedAt: new Date(order.created_at),
    cartMadeAt: order.cart ? new Date(order.cart.created_at) : undefined,
    offered,
  });
}
