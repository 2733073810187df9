import type { HttpTypes } from "@medusajs/framework/types";
import { type Api, createApi } from "@webxkey/demo-kit/process";

/** What a customer chooses at checkout. Everything has a default, so that a test names only what it is about. */
export type Checkout = {
  country?: "us" | "lk" | undefined;
  firstName?: string | undefined;
  lastName?: string | undefined;
  email?: string | undefined;
  /** On the shipping address. Absent: the customer gave none there. */
  phone?: string | undefined;
  billingPhone?: string | undefined;
  /** BCP 47. */
  locale?: string | undefined;
  /** Kept on the cart; Medusa copies it to the order. */
  metadata?: Record<string, unknown> | undefined;
  /** The words beside the box that the customer ticks, told to the plugin's own route, which ties them to the cart's phone. */
  consent?: Tick | undefined;
  product?: "ceylon-tea" | "tea-mug" | undefined;
  quantity?: number | undefined;
  delivery?: "delivery" | "pickup" | undefined;
  /** A customer who is signed in, from `register`. */
  customer?: Customer | undefined;
};

export type Tick = { wording_id: string; wording_version: string; wording_language: string };

export type Customer = { id: string; email: string; token: string };

/** `total` is in major units of `currency_code`, as Medusa has it. */
export type PlacedOrder = { id: string; display_id: number; total: number; currency_code: string };

export type Registration = { email: string; password: string; phone?: string | undefined };

export type Shop = ReturnType<typeof createShop>;

/** A storefront: everything a customer does goes through the Store API. */
export function createShop(url: string, publishableKey: string) {
  const visitor = storeApi();

  function storeApi(token?: string): Api {
    return createApi(url, {
      "x-publishable-api-key": publishableKey,
      ...(token && { authorization: `Bearer ${token}` }),
    });
  }

  async function createCart(checkout: Checkout = {}): Promise<HttpTypes.StoreCart> {
    const { country = "us", email = "customer@example.com", locale, metadata, consent, customer } = checkout;
    const { regions } = await visitor.get<HttpTypes.StoreRegionListResponse>("/store/regions");
    const region = regions.find(({ countries }) => countries?.some(({ iso_2 }) => iso_2 === country));
    if (!region) throw new Error(`The store does not sell to ${country}.`);
    const { cart } = await storeApi(customer?.token).post<HttpTypes.StoreCartResponse>("/store/carts", {
      region_id: region.id,
      email: customer?.email ?? email,
      locale,
      metadata,
      shipping_address: address(checkout, checkout.phone),
      billing_address: address(checkout, checkout.billingPhone ?? checkout.phone),
    });
    if (consent) await visitor.post("/store/webxkey/consents", { cart_id: cart.id, ...consent });
    return cart;
  }

  async function addItem(
    cartId: string,
    { product = "ceylon-tea", quantity = 1 }: Checkout = {},
  ): Promise<void> {
    const { products } = await visitor.get<HttpTypes.StoreProductListResponse>(
      `/store/products?handle=${product}`,
    );
    const variant = products[0]?.variants?.[0];
    if (!variant) throw new Error(`The store does not sell ${product}.`);
    await visitor.post(`/store/carts/${cartId}/line-items`, { variant_id: variant.id, quantity });
  }

  async function chooseShipping(cartId: string, { delivery = "delivery" }: Checkout = {}): Promise<void> {
    const { shipping_options } = await visitor.get<HttpTypes.StoreShippingOptionListResponse>(
      `/store/shipping-options?cart_id=${cartId}`,
    );
    const option = shipping_options.find(({ type }) => type.code === delivery);
    if (!option) throw new Error(`The store offers no ${delivery} for this cart.`);
    await visitor.post(`/store/carts/${cartId}/shipping-methods`, { option_id: option.id });
  }

  /** Chooses the manual provider, which authorises at once; the merchant captures later. */
  async function pay(cartId: string): Promise<void> {
    const { payment_collection } = await visitor.post<HttpTypes.StorePaymentCollectionResponse>(
      "/store/payment-collections",
      { cart_id: cartId },
    );
    await visitor.post(`/store/payment-collections/${payment_collection.id}/payment-sessions`, {
      provider_id: "pp_system_default",
    });
  }

  async function complete(cartId: string): Promise<PlacedOrder> {
    const answer = await visitor.post<HttpTypes.StoreCompleteCartResponse>(`/store/carts/${cartId}/complete`);
    if (answer.type !== "order") throw new Error(`The cart was not completed: ${answer.error.message}`);
    const { id, display_id, total, currency_code } = answer.order;
    if (display_id === undefined) throw new Error(`Order ${id} has no number.`);
    return { id, display_id, total, currency_code };
  }

  /** A whole purchase, from the empty cart to the order. */
  async function placeOrder(checkout: Checkout = {}): Promise<PlacedOrder> {
    const cart = await createCart(checkout);
    await addItem(cart.id, checkout);
    await chooseShipping(cart.id, checkout);
    await pay(cart.id);
    return complete(cart.id);
  }

  /** Opens an account as a storefront does, and signs in. */
  async function register({ email, password, phone }: Registration): Promise<Customer> {
    const registered = await visitor.post<{ token: string }>("/auth/customer/emailpass/register", {
      email,
      password,
    });
    const { customer } = await storeApi(registered.token).post<HttpTypes.StoreCustomerResponse>(
      "/store/customers",
      {
        email,
        phone,
      },
    );
    const { token } = await visitor.post<{ token: string }>("/auth/customer/emailpass", { email, password });
    return { id: customer.id, email, token };
  }

  async function requestPasswordReset(email: string): Promise<void> {
    await visitor.post("/auth/customer/emailpass/reset-password", { identifier: email });
  }

  return {
    /** For routes that plugins add under `/store`. */
    api: visitor,
    createCart,
    addItem,
    chooseShipping,
    pay,
    complete,
    placeOrder,
    register,
    requestPasswordReset,
  };
}

function address(
  { country = "us", firstName = "Sample", lastName = "Customer" }: Checkout,
  phone: string | undefined,
) {
  return {
    first_name: firstName,
    last_name: lastName,
    address_1: "1 Main Street",
    city: "Sampleton",
    postal_code: "10000",
    country_code: country,
    phone,
  };
}
