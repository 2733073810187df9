import { z } from "zod";

/**
 * What the GraphQL Admin API is asked for, and its answers in the form of the webhooks
 * (https://shopify.dev/docs/api/admin-graphql/2026-07/objects/Order).
 */

const ADDRESS = "{ firstName phone countryCodeV2 }";
/** In the currency that the buyer paid in. */
const MONEY = "presentmentMoney { amount currencyCode }";
const PHONE = "defaultPhoneNumber { phoneNumber marketingState whatsAppMarketingConsent { state } }";

export const ORDER_FIELDS = `
  id name createdAt updatedAt cancelledAt displayFinancialStatus phone customerLocale note tags
  totalPriceSet { ${MONEY} }
  customAttributes { key value }
  customer { id firstName ${PHONE} defaultAddress ${ADDRESS} }
  shippingAddress ${ADDRESS}
  billingAddress ${ADDRESS}
  refunds(first: 100) { id createdAt transactions(first: 10) { nodes { kind status amountSet { ${MONEY} } } } }
  fulfillments(first: 100) { id createdAt updatedAt status displayStatus requiresShipping trackingInfo(first: 1) { company number url } }
`;

export const CUSTOMER_FIELDS = `
  id createdAt state firstName
  ${PHONE}
  defaultAddress ${ADDRESS}
`;

const lower = z
  .string()
  .nullish()
  .transform((text) => text?.toLowerCase() ?? null);
const text = z.string().nullish();
const money = z
  .object({ presentmentMoney: z.object({ amount: z.string(), currencyCode: z.string() }) })
  .transform(({ presentmentMoney: { amount, currencyCode } }) => ({ amount, currency: currencyCode }));

const gid = z
  .string()
  .transform((id) => ({ id: id.slice(id.lastIndexOf("/") + 1), admin_graphql_api_id: id }));

const address = z
  .object({ firstName: text, phone: text, countryCodeV2: text })
  .nullish()
  .transform((of) => of && { first_name: of.firstName, phone: of.phone, country_code: of.countryCodeV2 });

/** Webhooks have had no consents since version 2025-01; before, they wrote the one to SMS like this. */
const phoneNumber = z
  .object({
    phoneNumber: text,
    marketingState: lower,
    whatsAppMarketingConsent: z.object({ state: lower }).nullish(),
  })
  .nullish()
  .transform((of) => ({
    phone: of?.phoneNumber,
    sms_marketing_consent: of && { state: of.marketingState },
    whatsapp_marketing_consent: of?.whatsAppMarketingConsent,
  }));

const customer = z
  .object({
    id: gid,
    createdAt: text,
    state: lower,
    firstName: text,
    defaultPhoneNumber: phoneNumber,
    defaultAddress: address,
  })
  .transform(({ id, createdAt, state, firstName, defaultPhoneNumber, defaultAddress }) => ({
    ...id,
    created_at: createdAt,
    state,
    first_name: firstName,
    ...defaultPhoneNumber,
    default_address: defaultAddress,
  }));

const transaction = z
  .object({ kind: lower, status: lower, amountSet: money })
  .transform(({ kind, status, amountSet }) => ({ kind, status, ...amountSet }));

const refund = z
  .object({ id: gid, createdAt: z.string(), transactions: z.object({ nodes: z.array(transaction) }) })
  .transform(({ id, createdAt, transactions }) => ({
    ...id,
    created_at: createdAt,
    transactions: transactions.nodes,
  }));

const fulfillment = z
  .object({
    id: gid,
    createdAt: z.string(),
    updatedAt: z.string(),
    status: lower,
    displayStatus: lower,
    requiresShipping: z.boolean().default(true),
    trackingInfo: z.array(z.object({ company: text, number: text, url: text })),
  })
  .transform(
    ({ id, createdAt, updatedAt, status, displayStatus, requiresShipping, trackingInfo: [tracking] }) => ({
      ...id,
      created_at: createdAt,
      updated_at: updatedAt,
      status,
      shipment_status: displayStatus,
      line_items: [{ requires_shipping: requiresShipping }],
      tracking_company: tracking?.company,
      tracking_number: tracking?.number,
      tracking_url: tracking?.url,
    }),
  );

export const graphqlOrder = z
  .object({
    id: gid,
    name: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
    cancelledAt: text,
    displayFinancialStatus: lower,
    totalPriceSet: money,
    phone: text,
    customerLocale: text,
    note: text,
    tags: z.array(z.string()).default([]),
    customAttributes: z.array(z.object({ key: z.string(), value: text })).default([]),
    customer: customer.nullish(),
    shippingAddress: address,
    billingAddress: address,
    refunds: z.array(refund).default([]),
    fulfillments: z.array(fulfillment).default([]),
  })
  .transform((order) => ({
    ...order.id,
    name: order.name,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    cancelled_at: order.cancelledAt,
    financial_status: order.displayFinancialStatus,
    currency: order.totalPriceSet.currency,
    total_price: order.totalPriceSet.amount,
    phone: order.phone,
    customer_locale: order.customerLocale,
    note: order.note,
    tags: order.tags.join(", "),
    note_attributes: order.customAttributes.map(({ key, value }) => ({ name: key, value })),
    customer: order.customer,
    shipping_address: order.shippingAddress,
    billing_address: order.billingAddress,
    refunds: order.refunds,
    fulfillments: order.fulfillments,
  }));

/** What is left of an order that has not the documented shape, or was asked for no more. */
export const graphqlPointer = z
  .object({ id: gid, updatedAt: z.string() })
  .transform(({ id, updatedAt }) => ({ ...id, updated_at: updatedAt }));

export const graphqlCustomer = customer;
