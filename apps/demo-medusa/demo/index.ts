export { demoOnce } from "./demo-once.ts";
export { type OpenShop, openShop } from "./open-shop.ts";
export { createProgress, type Progress } from "./progress.ts";
export { holds, type Proof, prove } from "./prove.ts";
export { type DemoRun, runDemo } from "./run-demo.ts";
export { checkoutWording, consentMetadata, type Wording } from "./sample-order.ts";
export type { Stage } from "./stage.ts";
