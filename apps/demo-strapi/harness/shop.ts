import { createApi } from "@webxkey/demo-kit/process";

/** What a storefront writes when somebody buys. Everything has a default, so that a test names only what it is about. */
export type NewOrder = {
  code?: string | undefined;
  customer?: string | undefined;
  phone?: string | undefined;
  /** In major units of `currency`. */
  total?: number | undefined;
  currency?: "USD" | "LKR" | undefined;
  /** BCP 47. */
  language?: string | undefined;
  /** Whether the box for WhatsApp was ticked. */
  whatsapp?: boolean | undefined;
};

export type OrderState = "placed" | "paid" | "shipped" | "delivered" | "cancelled";

/** An order as the content API gives it; its phone is private. */
export type Order = {
  documentId: string;
  code: string;
  state: OrderState;
  customer: string | null;
  /** In major units of `currency`. */
  total: number;
  currency: string;
  language: string | null;
  whatsapp: boolean;
};

export type Shop = ReturnType<typeof createShop>;

/** A storefront: everything it does goes through the content API, with an API token of its own. */
export function createShop(url: string, apiToken: string) {
  const api = createApi(url, { authorization: `Bearer ${apiToken}` });
  let codes = 0;

  async function placeOrder(order: NewOrder = {}): Promise<Order> {
    codes += 1;
    const data = {
      code: `LS-${1000 + codes}`,
      customer: "Sample Customer",
      total: 29,
      currency: "USD",
      ...order,
    };
    return (await api.post<{ data: Order }>("/api/orders", { data })).data;
  }

  async function order(documentId: string): Promise<Order> {
    return (await api.get<{ data: Order }>(`/api/orders/${documentId}`)).data;
  }

  async function changeState(documentId: string, state: OrderState): Promise<void> {
    await api.put(`/api/orders/${documentId}`, { data: { state } });
  }

  return { api, placeOrder, order, changeState };
}
