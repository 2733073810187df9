import type { Core } from "@strapi/strapi";
import { refuseBeforeParsing } from "./http/before-parsing.ts";
import { metaWebhook } from "./http/meta-webhook.ts";
import { MODELS } from "./storage/tables.ts";

/** Before Strapi's own middleware, and before its tables are made. Nothing is opened here. */
export function register({ strapi }: { strapi: Core.Strapi }): void {
  const models = strapi.get("models") as { add(model: unknown): void };
  for (const model of MODELS) models.add(model);
  strapi.server.use(metaWebhook(strapi) as never);
  strapi.server.use(refuseBeforeParsing() as never);
}
