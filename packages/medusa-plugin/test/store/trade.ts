import type { MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";
import {
  addShippingMethodToCartWorkflow,
  beginReceiveReturnWorkflow,
  beginReturnOrderWorkflow,
  cancelOrderWorkflow,
  capturePaymentWorkflow,
  completeCartWorkflow,
  confirmReturnReceiveWorkflow,
  confirmReturnRequestWorkflow,
  createCartWorkflow,
  createOrderFulfillmentWorkflow,
  createOrderShipmentWorkflow,
  createPaymentCollectionForCartWorkflow,
  createPaymentSessionsWorkflow,
  markOrderFulfillmentAsDeliveredWorkflow,
  receiveItemReturnRequestWorkflow,
  refundPaymentWorkflow,
  requestItemReturnWorkflow,
} from "@medusajs/medusa/core-flows";
import { only, type Seeded } from "./seed-store.ts";

export interface Purchase {
  readonly phone?: string | undefined;
  readonly billingPhone?: string | undefined;
  readonly country?: "us" | "lk";
  readonly pickup?: boolean;
  /** False for gift cards, downloads and services. */
  readonly requiresShipping?: boolean;
  readonly paymentProvider?: string;
  readonly metadata?: Record<string, unknown>;
}

export interface Notify {
  readonly no_notification?: boolean;
}

/** What buyers and merchants do, each by Medusa's own workflow. */
export function createTrade(container: MedusaContainer, seeded: Seeded) {
  const query = container.resolve(ContainerRegistrationKeys.QUERY);

  async function find<T>(entity: string, id: string, fields: string[]): Promise<T> {
    const { data } = await query.graph({ entity, fields, filters: { id } });
    return only(data as unknown as T[]);
  }

  const address = (country: string, phone: string | undefined) => ({
    first_name: "Sample",
    last_name: "Customer",
    address_1: "1 Main Street",
    city: "Sampleton",
    postal_code: "10000",
    country_code: country,
    ...(phone && { phone }),
  });

  async function createCart({
    phone,
    billingPhone = phone,
    country = "us",
    requiresShipping = true,
    metadata,
  }: Purchase = {}): Promise<string> {
    const { result } = await createCartWorkflow(container).run({
      input: {
        region_id: seeded.regionId,
        sales_channel_id: seeded.salesChannelId,
        currency_code: "usd",
        email: "customer@example.com",
        shipping_address: address(country, phone),
        billing_address: address(country, billingPhone),
        items: [{ variant_id: seeded.variantId, quantity: 2, requires_shipping: requiresShipping }],
        ...(metadata && { metadata }),
      },
    });
    return result.id;
  }

  async function checkOut(
    cartId: string,
    { pickup = false, paymentProvider = "pp_system_default" }: Purchase = {},
  ): Promise<string> {
    const option = pickup ? seeded.pickupOptionId : seeded.shippingOptionId;
    await addShippingMethodToCartWorkflow(container).run({
      input: { cart_id: cartId, options: [{ id: option }] },
    });
    await createPaymentCollectionForCartWorkflow(container).run({ input: { cart_id: cartId } });
    const { payment_collection } = await find<{ payment_collection: { id: string } }>("cart", cartId, [
      "payment_collection.id",
    ]);
    await createPaymentSessionsWorkflow(container).run({
      input: { payment_collection_id: payment_collection.id, provider_id: paymentProvider },
    });
    const { result } = await completeCartWorkflow(container).run({ input: { id: cartId } });
    return result.id;
  }

  async function items(orderId: string) {
    const { items } = await find<{ items: { id: string; quantity: number }[] }>("order", orderId, [
      "items.*",
    ]);
    return items.map(({ id, quantity }) => ({ id, quantity: Number(quantity) }));
  }

  async function paymentOf(orderId: string): Promise<string> {
    const { payment_collections } = await find<{ payment_collections: { payments: { id: string }[] }[] }>(
      "order",
      orderId,
      ["payment_collections.payments.id"],
    );
    return only(only(payment_collections).payments).id;
  }

  return {
    createCart,
    checkOut,
    async placeOrder(purchase: Purchase = {}): Promise<string> {
      return await checkOut(await createCart(purchase), purchase);
    },
    async cancel(orderId: string): Promise<void> {
      await cancelOrderWorkflow(container).run({ input: { order_id: orderId } });
    },
    /** Answers the fulfilment's id. */
    async pack(orderId: string, notify: Notify = {}): Promise<string> {
      const { result } = await createOrderFulfillmentWorkflow(container).run({
        input: { order_id: orderId, items: await items(orderId), location_id: seeded.locationId, ...notify },
      });
      return result.id;
    },
    async ship(orderId: string, fulfillmentId: string, notify: Notify = {}): Promise<void> {
      await createOrderShipmentWorkflow(container).run({
        input: {
          order_id: orderId,
          fulfillment_id: fulfillmentId,
          items: await items(orderId),
          labels: [
            { tracking_number: "TRACK-1", tracking_url: "https://carrier.example/TRACK-1", label_url: "#" },
          ],
          ...notify,
        },
      });
    },
    async deliver(orderId: string, fulfillmentId: string): Promise<void> {
      await markOrderFulfillmentAsDeliveredWorkflow(container).run({ input: { orderId, fulfillmentId } });
    },
    async capture(orderId: string): Promise<void> {
      await capturePaymentWorkflow(container).run({ input: { payment_id: await paymentOf(orderId) } });
    },
    /** In major units; all that was captured unless told. */
    async refund(orderId: string, amount?: number): Promise<void> {
      const payment_id = await paymentOf(orderId);
      await refundPaymentWorkflow(container).run({ input: { payment_id, ...(amount && { amount }) } });
    },
    /** Every item. Answers the return's id. */
    async requestReturn(orderId: string): Promise<string> {
      const { result: change } = await beginReturnOrderWorkflow(container).run({
        input: { order_id: orderId, location_id: seeded.locationId },
      });
      const return_id = change.return_id ?? "";
      await requestItemReturnWorkflow(container).run({ input: { return_id, items: await items(orderId) } });
      await confirmReturnRequestWorkflow(container).run({ input: { return_id } });
      return return_id;
    },
    async receiveReturn(orderId: string, return_id: string): Promise<void> {
      await beginReceiveReturnWorkflow(container).run({ input: { return_id } });
      await receiveItemReturnRequestWorkflow(container).run({
        input: { return_id, items: await items(orderId) },
      });
      await confirmReturnReceiveWorkflow(container).run({ input: { return_id } });
    },
  };
}
