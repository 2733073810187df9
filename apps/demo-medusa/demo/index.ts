export { type MedusaShop, medusa } from "./medusa.ts";
export { checkoutWording, tickOf } from "./sample-order.ts";
