import { busyShop, busyShopForViewer, type ExampleShop, message, newShop, sender } from "./example-shop.ts";

export interface Scenario {
  readonly shop: () => ExampleShop;
  /** Which page, as the hash of the preview's address. */
  readonly page: "settings" | "messages" | `message/${string}` | `order/${string}`;
}

const HELD = message(6, "held").message_id;
const SENT = message(7, "sent").message_id;

/** Every page in every state worth looking at. */
export const SCENARIOS = {
  "settings-new": { shop: newShop, page: "settings" },
  "settings-busy": { shop: busyShop, page: "settings" },
  "settings-viewer": { shop: busyShopForViewer, page: "settings" },
  "settings-token-invalid": {
    shop: () => ({ ...busyShop(), senders: [sender("token_invalid")] }),
    page: "settings",
  },
  "messages-none": { shop: newShop, page: "messages" },
  "messages-busy": { shop: busyShop, page: "messages" },
  "message-sent": { shop: busyShop, page: `message/${SENT}` },
  "message-held": { shop: busyShop, page: `message/${HELD}` },
  "message-held-viewer": { shop: busyShopForViewer, page: `message/${HELD}` },
  "message-absent": { shop: newShop, page: `message/${SENT}` },
  "order-sent": { shop: busyShop, page: "order/order_7" },
  "order-none": { shop: newShop, page: "order/order_7" },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
