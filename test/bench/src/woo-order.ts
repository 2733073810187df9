import { phoneOf } from "@webxkey/chaos/orders";

/** A custom field of the order, as a checkout's plugin writes its checkbox. */
export const CONSENT_FIELD = "whatsapp_updates";

/** Far from any phone number and from anything else that is numbered here. */
const FIRST_ID = 7_000_000;
const LINES = [
  { name: "Bachelor button seeds", price: "12.50", sku: "seed-bachelor" },
  { name: "Terracotta pot, 20 cm", price: "18.00", sku: "pot-20" },
  { name: "Watering can, 5 l", price: "13.49", sku: "can-5" },
];

export const idOf = (n: number): string => String(FIRST_ID + n);

/**
 * The body of an order webhook of WooCommerce, as REST v3 gives an order that is paid on delivery: three items, tax and shipping.
 * Written anew to the documented shape (https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties), some 5 kB, as
 * it is sent by a shop with a few plugins. It tells of one business act: the order was placed.
 */
export function wooOrderBody(n: number, placedAt: Date): string {
  const id = FIRST_ID + n;
  const gmt = placedAt.toISOString().slice(0, 19);
  const person = {
    first_name: "Canaryfirst",
    last_name: "Canarylast",
    company: "",
    address_1: "1 Example Street",
    address_2: "",
    city: "Menlo Park",
    state: "CA",
    postcode: "94025",
    country: "US",
    phone: phoneOf(n),
  };
  const self = `https://shop.example.com/wp-json/wc/v3/orders/${id}`;
  return JSON.stringify({
    id,
    parent_id: 0,
    status: "processing",
    currency: "USD",
    version: "10.3.0",
    prices_include_tax: false,
    date_created: gmt,
    date_modified: gmt,
    discount_total: "0.00",
    discount_tax: "0.00",
    shipping_total: "6.00",
    shipping_tax: "0.00",
    cart_tax: "0.00",
    total: "49.99",
    total_tax: "0.00",
    customer_id: 0,
    order_key: `wc_order_${id}`,
    billing: { ...person, email: `order-${id}@example.com` },
    shipping: person,
    payment_method: "cod",
    payment_method_title: "Cash on delivery",
    transaction_id: "",
    customer_ip_address: "192.0.2.10",
    customer_user_agent:
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    created_via: "checkout",
    customer_note: "",
    date_completed: null,
    date_paid: null,
    cart_hash: "f0e1d2c3b4a5968778695a4b3c2d1e0f",
    number: String(id),
    meta_data: [
      { id: 10, key: CONSENT_FIELD, value: "yes" },
      { id: 11, key: "_wc_order_attribution_source_type", value: "organic" },
      { id: 12, key: "_wc_order_attribution_referrer", value: "https://search.example.com/" },
      { id: 13, key: "_wc_order_attribution_utm_source", value: "search" },
      { id: 14, key: "_wc_order_attribution_session_entry", value: "https://shop.example.com/" },
      { id: 15, key: "_wc_order_attribution_session_pages", value: "7" },
      { id: 16, key: "_wc_order_attribution_session_count", value: "2" },
      { id: 17, key: "_wc_order_attribution_device_type", value: "Mobile" },
      { id: 18, key: "is_vat_exempt", value: "no" },
    ],
    line_items: LINES.map(({ name, price, sku }, index) => ({
      id: id * 10 + index,
      name,
      product_id: 300 + index,
      variation_id: 0,
      quantity: 1,
      tax_class: "",
      subtotal: price,
      subtotal_tax: "0.00",
      total: price,
      total_tax: "0.00",
      taxes: [],
      meta_data: [
        {
          id: 500 + index,
          key: "_reduced_stock",
          value: "1",
          display_key: "_reduced_stock",
          display_value: "1",
        },
      ],
      sku,
      global_unique_id: "",
      price: Number(price),
      image: { id: 900 + index, src: `https://shop.example.com/wp-content/uploads/2026/11/${sku}.jpg` },
      parent_name: null,
    })),
    tax_lines: [],
    shipping_lines: [
      {
        id: id * 10 + 8,
        method_title: "Flat rate",
        method_id: "flat_rate",
        instance_id: "1",
        total: "6.00",
        total_tax: "0.00",
        taxes: [],
        tax_status: "taxable",
        meta_data: [
          {
            id: 600,
            key: "Items",
            value: "Three items &times; 1",
            display_key: "Items",
            display_value: "Three items &times; 1",
          },
        ],
      },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    payment_url: `https://shop.example.com/checkout/order-pay/${id}/?pay_for_order=true&key=wc_order_${id}`,
    is_editable: false,
    needs_payment: false,
    needs_processing: true,
    date_created_gmt: gmt,
    date_modified_gmt: gmt,
    date_completed_gmt: null,
    date_paid_gmt: null,
    currency_symbol: "$",
    _links: {
      self: [{ href: self, targetHints: { allow: ["GET", "POST", "PUT", "PATCH", "DELETE"] } }],
      collection: [{ href: "https://shop.example.com/wp-json/wc/v3/orders" }],
      email_templates: [{ embeddable: true, href: `${self}/actions/email_templates` }],
    },
  });
}
