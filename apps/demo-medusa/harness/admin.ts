import type { HttpTypes } from "@medusajs/framework/types";
import { type Api, createApi } from "@webxkey/demo-kit/process";
import { OWNER } from "./medusa-process.ts";

/** `no_notification: true` is the merchant's wish that the customer is not told. */
export type Notify = { no_notification?: boolean | undefined };

export type Admin = Awaited<ReturnType<typeof signIn>>;

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Signs in to the Admin API and offers what a merchant does with an order. Every step is one the admin pages take. */
export async function signIn(url: string, { email, password } = OWNER) {
  const { token } = await createApi(url).post<{ token: string }>("/auth/user/emailpass", { email, password });
  const api: Api = createApi(url, { authorization: `Bearer ${token}` });

  /** Makes an account in the admin by an invitation that is accepted at once. */
  async function addUser({ email, password, firstName, lastName }: NewUser): Promise<void> {
    const { invite } = await api.post<{ invite: { token: string } }>("/admin/invites", { email });
    const registered = await createApi(url).post<{ token: string }>("/auth/user/emailpass/register", {
      email,
      password,
    });
    const accepting = createApi(url, { authorization: `Bearer ${registered.token}` });
    await accepting.post(`/admin/invites/accept?token=${invite.token}`, {
      email,
      first_name: firstName,
      last_name: lastName,
    });
  }

  async function publishableKey(): Promise<string> {
    const { api_keys } = await api.get<HttpTypes.AdminApiKeyListResponse>("/admin/api-keys?type=publishable");
    const [key] = api_keys;
    if (!key) throw new Error("The store has no publishable key.");
    return key.token;
  }

  async function order(orderId: string): Promise<HttpTypes.AdminOrder> {
    const fields =
      "*items,*fulfillments,*payment_collections.payments.refunds,+metadata,+customer_id,+email,+currency_code";
    const answer = await api.get<HttpTypes.AdminOrderResponse>(`/admin/orders/${orderId}?fields=${fields}`);
    return answer.order;
  }

  async function cancelOrder(orderId: string): Promise<void> {
    await api.post(`/admin/orders/${orderId}/cancel`);
  }

  /** Packs every item. For an order with pickup this is the moment from which it can be fetched. */
  async function fulfil(orderId: string, notify: Notify = {}): Promise<string> {
    const answer = await api.post<HttpTypes.AdminOrderResponse>(
      `/admin/orders/${orderId}/fulfillments?fields=*fulfillments`,
      { items: await allItems(orderId), ...notify },
    );
    const fulfillments = answer.order.fulfillments ?? [];
    return newest(fulfillments, "fulfilment").id;
  }

  async function ship(orderId: string, fulfillmentId: string, notify: Notify = {}): Promise<void> {
    const labels = [
      { tracking_number: "TRACK-1", tracking_url: "https://carrier.example/TRACK-1", label_url: "#" },
    ];
    await api.post(`/admin/orders/${orderId}/fulfillments/${fulfillmentId}/shipments`, {
      items: await allItems(orderId),
      labels,
      ...notify,
    });
  }

  async function markDelivered(orderId: string, fulfillmentId: string, notify: Notify = {}): Promise<void> {
    await api.post(`/admin/orders/${orderId}/fulfillments/${fulfillmentId}/mark-as-delivered`, notify);
  }

  /** Takes the whole authorised amount. */
  async function capture(orderId: string): Promise<void> {
    await api.post(`/admin/payments/${(await payment(orderId)).id}/capture`);
  }

  /** Gives back `amount` in major units, or all that was captured. */
  async function refund(orderId: string, amount?: number): Promise<void> {
    await api.post(`/admin/payments/${(await payment(orderId)).id}/refund`, { amount });
  }

  /** Asks for every item back and returns the id of the return. */
  async function requestReturn(orderId: string, notify: Notify = {}): Promise<string> {
    const { stock_locations } =
      await api.get<HttpTypes.AdminStockLocationListResponse>("/admin/stock-locations");
    const answer = await api.post<HttpTypes.AdminReturnResponse>("/admin/returns", {
      order_id: orderId,
      location_id: stock_locations[0]?.id,
    });
    const returnId = answer.return.id;
    await api.post(`/admin/returns/${returnId}/request-items`, { items: await allItems(orderId) });
    await api.post(`/admin/returns/${returnId}/request`, notify);
    return returnId;
  }

  async function receiveReturn(orderId: string, returnId: string, notify: Notify = {}): Promise<void> {
    await api.post(`/admin/returns/${returnId}/receive`);
    await api.post(`/admin/returns/${returnId}/receive-items`, { items: await allItems(orderId) });
    await api.post(`/admin/returns/${returnId}/receive/confirm`, notify);
  }

  async function allItems(orderId: string): Promise<{ id: string; quantity: number }[]> {
    return (await order(orderId)).items.map(({ id, quantity }) => ({ id, quantity }));
  }

  async function payment(orderId: string) {
    const collections = (await order(orderId)).payment_collections ?? [];
    return newest(
      collections.flatMap(({ payments }) => payments ?? []),
      "payment",
    );
  }

  return {
    /** For routes that plugins add under `/admin`. */
    api,
    token,
    addUser,
    publishableKey,
    order,
    cancelOrder,
    fulfil,
    ship,
    markDelivered,
    capture,
    refund,
    requestReturn,
    receiveReturn,
  };
}

function newest<T extends { created_at?: string | Date | null }>(items: readonly T[], what: string): T {
  const [first] = items.toSorted((a, b) => String(b.created_at).localeCompare(String(a.created_at)));
  if (!first) throw new Error(`The order has no ${what}.`);
  return first;
}
