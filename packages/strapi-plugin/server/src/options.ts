import { hostOptions, readSettings as readHostSettings, type SettingsOf } from "@webxkey/host-kit";
import { z } from "zod";
import type { Environment } from "./env.ts";

const schema = z.strictObject({
  ...hostOptions,
  /** The engine's PostgreSQL, where it is not the application's own. */
  databaseUrl: z.string().min(1).max(2000).optional(),
  /** Where the engine keeps its data without PostgreSQL; relative to the application. */
  dataDir: z.string().min(1).max(1000).default(".webxkey"),
});

export type PluginSettings = SettingsOf<z.output<typeof schema>>;

/**
 * Reads the plugin's `config` of `config/plugins` and the environment, and lists every problem at once.
 *
 * @param hostDatabaseUrl the application's own PostgreSQL, if it is one.
 * @throws Error whose message names each option that is wrong, what is wrong with it, and never its value.
 */
export function readSettings(
  options: unknown,
  env: Environment,
  hostDatabaseUrl?: string | undefined,
): PluginSettings {
  return readHostSettings(schema, {
    options: (options ?? {}) as Record<string, unknown>,
    env,
    host: { databaseUrl: env["WEBXKEY_DATABASE_URL"] ?? hostDatabaseUrl },
    of: { plugin: "@webxkey/strapi-plugin-whatsapp", place: "config/plugins" },
  });
}
