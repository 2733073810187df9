import {
  firstRoles,
  hostOptions,
  readSettings as readHostSettings,
  type SettingsOf,
} from "@webxkey/host-kit";
import { z } from "zod";
import type { Environment } from "./env.ts";

const schema = z.strictObject({
  ...hostOptions,
  roles: firstRoles,
  defaultLocale: z.string().trim().min(1).max(35).default("en"),
  databaseUrl: z.string({ error: "is missing: the store itself has no PostgreSQL URL to take" }).min(1),
});

export type PluginSettings = SettingsOf<z.output<typeof schema>>;

/**
 * Reads the plugin's options and the environment, and lists every problem at once.
 *
 * @throws Error whose message names each option that is wrong, what is wrong with it, and never its value.
 */
export function readSettings(options: unknown, env: Environment): PluginSettings {
  const { database, ...own } = (options ?? {}) as { database?: { clientUrl?: unknown } };
  return readHostSettings(schema, {
    options: own,
    env,
    // What Medusa adds to the options of every module: the store's own database.
    host: { databaseUrl: database?.clientUrl },
    of: { plugin: "@webxkey/medusa-plugin-whatsapp", place: "medusa-config" },
  });
}
