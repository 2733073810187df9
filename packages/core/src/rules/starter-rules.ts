import { formatMoney, type Recipient, sampleEvent } from "../events/index.ts";
import { defineRule, type Rule } from "./define-rule.ts";
import { defineTemplate } from "./define-template.ts";

/** How a letter to somebody whose name is not known begins, in the languages of the starter pack. */
const NAMELESS: Readonly<Record<string, string>> = {
  en: "there",
  si: "පාරිභෝගිකය",
  ta: "வாடிக்கையாளரே",
  hi: "ग्राहक",
  es: "cliente",
  pt: "cliente",
  ar: "عميلنا العزيز",
  fr: "cher client",
  id: "Pelanggan",
  de: "liebe Kundin, lieber Kunde",
};

function nameOf(recipient: Recipient, locale: string): string {
  return recipient.name || NAMELESS[new Intl.Locale(locale).language] || "there";
}

function utility<const Parameter extends string>(name: string, parameters: readonly Parameter[]) {
  return defineTemplate({ name, category: "UTILITY", parameters, fallbackLanguage: "en" });
}

const orderConfirmation = utility("order_confirmation", [
  "customer_name",
  "order_code",
  "shop_name",
  "order_total",
]);
const orderShipped = utility("order_shipped", ["customer_name", "order_code", "shop_name"]);
const orderDelivered = utility("order_delivered", ["customer_name", "order_code", "shop_name"]);
const orderReadyForPickup = utility("order_ready_for_pickup", ["customer_name", "order_code", "shop_name"]);
const orderCancelled = utility("order_cancelled", ["customer_name", "order_code", "shop_name"]);
const orderRefunded = utility("order_refunded", [
  "customer_name",
  "refund_amount",
  "order_code",
  "shop_name",
]);
const returnRequested = utility("return_requested", ["customer_name", "order_code", "shop_name"]);
const returnReceived = utility("return_received", ["customer_name", "order_code", "shop_name"]);
const paymentCaptured = utility("payment_captured", [
  "customer_name",
  "payment_amount",
  "order_code",
  "shop_name",
]);
const paymentFailed = utility("payment_failed", ["customer_name", "order_code", "shop_name"]);
const accountWelcome = utility("account_welcome", ["customer_name", "shop_name"]);
const passwordResetNotice = utility("password_reset_notice", ["customer_name", "shop_name"]);

/**
 * A rule for every event that tells a customer something, each with a template of the starter pack. All are off until a
 * merchant turns them on. A refund names its own amount, so that a whole and a part one share a template.
 */
export const starterRules: readonly Rule[] = [
  confirmation("order-confirmation", "order.placed"),
  // ERP systems tell of an order only once somebody there confirmed it. Turn on the one that says "thank you" in your shop, not both.
  confirmation("order-confirmed", "order.confirmed"),
  defineRule({
    id: "payment-captured",
    on: "order.paid",
    purpose: "order-updates",
    template: paymentCaptured,
    params: ({ recipient, order, payment, shop }, { locale }) => ({
      customer_name: nameOf(recipient, locale),
      payment_amount: formatMoney(payment.amount, locale),
      order_code: order.code,
      shop_name: shop.name,
    }),
    sample: sampleEvent("order.paid"),
  }),
  aboutOrder("payment-failed", "order.payment_failed", paymentFailed),
  aboutOrder("order-shipped", "order.shipped", orderShipped),
  aboutOrder("order-delivered", "order.delivered", orderDelivered),
  aboutOrder("order-ready-for-pickup", "order.ready_for_pickup", orderReadyForPickup),
  aboutOrder("order-cancelled", "order.cancelled", orderCancelled),
  aboutRefund("order-refunded", "order.refunded"),
  aboutRefund("order-partially-refunded", "order.partially_refunded"),
  aboutOrder("return-requested", "order.return_requested", returnRequested),
  aboutOrder("return-received", "order.return_received", returnReceived),
  aboutAccount("account-welcome", "account.created", "account", accountWelcome),
  aboutAccount("password-reset-notice", "account.password_reset", "account-security", passwordResetNotice),
];

function confirmation(id: string, on: "order.placed" | "order.confirmed"): Rule {
  return defineRule({
    id,
    on,
    purpose: "order-updates",
    template: orderConfirmation,
    params: ({ recipient, order, shop }, { locale }) => ({
      customer_name: nameOf(recipient, locale),
      order_code: order.code,
      shop_name: shop.name,
      order_total: formatMoney(order.total, locale),
    }),
    sample: sampleEvent(on),
  });
}

type OrderNews =
  | "order.payment_failed"
  | "order.shipped"
  | "order.delivered"
  | "order.ready_for_pickup"
  | "order.cancelled"
  | "order.return_requested"
  | "order.return_received";

/** News that only says which order it is about. */
function aboutOrder(id: string, on: OrderNews, template: typeof orderShipped): Rule {
  return defineRule({
    id,
    on,
    purpose: "order-updates",
    template,
    params: ({ recipient, order, shop }, { locale }) => ({
      customer_name: nameOf(recipient, locale),
      order_code: order.code,
      shop_name: shop.name,
    }),
    sample: sampleEvent(on),
  });
}

function aboutRefund(id: string, on: "order.refunded" | "order.partially_refunded"): Rule {
  return defineRule({
    id,
    on,
    purpose: "order-updates",
    template: orderRefunded,
    params: ({ recipient, order, refund, shop }, { locale }) => ({
      customer_name: nameOf(recipient, locale),
      refund_amount: formatMoney(refund.amount, locale),
      order_code: order.code,
      shop_name: shop.name,
    }),
    sample: sampleEvent(on),
  });
}

function aboutAccount(
  id: string,
  on: "account.created" | "account.password_reset",
  purpose: "account" | "account-security",
  template: typeof accountWelcome,
): Rule {
  return defineRule({
    id,
    on,
    purpose,
    template,
    params: ({ recipient, shop }, { locale }) => ({
      customer_name: nameOf(recipient, locale),
      shop_name: shop.name,
    }),
    sample: sampleEvent(on),
  });
}
