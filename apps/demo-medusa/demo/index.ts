export { type MedusaShop, medusa } from "./medusa.ts";
export { checkoutWording, consentMetadata } from "./sample-order.ts";
