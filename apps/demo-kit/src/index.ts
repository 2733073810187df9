export { runCommand } from "./command.ts";
export { demoOnce } from "./demo-once.ts";
export { createEngineApi } from "./engine-api.ts";
export { readChoice } from "./env.ts";
export { goLive } from "./go-live.ts";
export type {
  DemoHost,
  FoundOrder,
  OpenShop,
  SampleOrderOptions,
  Stage,
  StoreOptions,
  Wording,
} from "./host.ts";
export { createProgress, type Progress } from "./progress.ts";
export { holds, type Proof, prove } from "./prove.ts";
export { type DemoRun, runDemo } from "./run-demo.ts";
export { tellOfCheckout } from "./tell-of-checkout.ts";
