import type { Core } from "@strapi/strapi";
import { PLUGIN_ID } from "../plugin-id.ts";
import type { Runtime } from "./runtime.ts";

/** The plugin's runtime of this process. */
export function runtimeOf(strapi: Core.Strapi): Runtime {
  return strapi.plugin(PLUGIN_ID).service("runtime") as Runtime;
}
