import type { MedusaContainer } from "@medusajs/framework/types";
import type { WebxkeyModuleService } from "../modules/webxkey/service.ts";
import type { Runtime } from "./runtime.ts";

/** The module's name in Medusa's container. */
export const WEBXKEY = "webxkey";

/** The plugin's runtime of this process. */
export function runtimeOf(container: MedusaContainer): Runtime {
  return container.resolve<WebxkeyModuleService>(WEBXKEY).runtime;
}
