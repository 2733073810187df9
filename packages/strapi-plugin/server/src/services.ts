import type { Core } from "@strapi/strapi";
import { type ConnectionConfig, hostDatabaseUrl } from "./engine/host-database-url.ts";
import { createRuntime } from "./engine/runtime.ts";
import { runtimeOf } from "./engine/runtime-of.ts";
import { environment } from "./env.ts";
import { readSettings } from "./options.ts";
import { PLUGIN_ID } from "./plugin-id.ts";
import { createWriteBack } from "./write-back.ts";

/** Made when first asked for, once in a process. */
export const services = {
  runtime: ({ strapi }: { strapi: Core.Strapi }) =>
    createRuntime(
      strapi,
      readSettings(
        strapi.config.get(`plugin::${PLUGIN_ID}`),
        environment,
        hostDatabaseUrl(strapi.config.get<ConnectionConfig>("database.connection")),
      ),
    ),
  writeBack: ({ strapi }: { strapi: Core.Strapi }) => createWriteBack(strapi, runtimeOf(strapi).mappings),
};
