import type { Wording } from "@webxkey/demo-kit";

export type { Wording } from "@webxkey/demo-kit";

/** What the merchant says on the plugin's page: which content type is an order, and what in it is what. */
export function mappingOf({ id, version, language }: Wording) {
  return {
    order: {
      content_type: "api::order.order",
      created: "order.placed",
      states: {
        paid: "order.paid",
        shipped: "order.shipped",
        delivered: "order.delivered",
        cancelled: "order.cancelled",
      },
      fields: {
        state: "state",
        phone: ["phone"],
        name: "customer",
        total: "total",
        currency: { attribute: "currency" },
        code: "code",
        locale: "language",
        consent: {
          attribute: "whatsapp",
          wording_id: id,
          wording_version: version,
          wording_language: language,
        },
      },
    },
    account: null,
  };
}
