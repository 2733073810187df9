export { applyWebhooks } from "./apply.ts";
export { deleteExpired } from "./inbox-store.ts";
export { createIngress, type Ingress } from "./ingress.ts";
export { createReceiver } from "./receiver.ts";
export { createUnsureCases, type UnsureCases } from "./unsure.ts";
