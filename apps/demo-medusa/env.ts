import { z } from "@medusajs/framework/zod";

/** Everything this app takes from outside: its environment, read here and nowhere else. */

const store = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  JWT_SECRET: z.string().min(32).optional(),
  COOKIE_SECRET: z.string().min(32).optional(),
  MEDUSA_WORKER_MODE: z.enum(["shared", "server", "worker"]).default("shared"),
  STORE_ADMIN_EMAIL: z.email().optional(),
  STORE_ADMIN_PASSWORD: z.string().min(12).optional(),
  // The plugin checks these itself, and says what is wrong with each.
  WEBXKEY_ROOT_KEY: z.string().optional(),
  WEBXKEY_PUBLIC_URL: z.string().optional(),
  WEBXKEY_GRAPH_URL: z.string().optional(),
  LOG_LEVEL: z.string().optional(),
});

/**
 * What the store's own process is told. `medusa build` loads the configuration without any of it, so a missing value
 * is refused by the part of Medusa that needs it.
 */
export function readStoreEnvironment() {
  const parsed = store.safeParse(process.env);
  if (!parsed.success) {
    throw new Error(`The store's environment is not usable.\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
