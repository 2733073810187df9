import { z } from "@medusajs/framework/zod";

/** Everything this app takes from outside: its environment and the time, read here and nowhere else. */

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
  return read(store, "The store's environment is not usable.");
}

const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual);
const demo = z.object({ PORT: port(9000), SIMULATOR_PORT: port(4010) });

/** Where the demo listens on 127.0.0.1; 0 is any free port. */
export function readDemoPorts(): { shop: number; simulator: number } {
  const { PORT, SIMULATOR_PORT } = read(demo, "The demo cannot listen there.");
  return { shop: PORT, simulator: SIMULATOR_PORT };
}

/** What a store's process inherits from ours: the way to programs and to the user's files. */
export const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

/** Where a checked run keeps the log of every process, to be searched afterwards. */
export const testLogDirectory = process.env["WEBXKEY_TEST_LOG_DIR"];

export function now(): Date {
  return new Date();
}

function read<Schema extends z.ZodType>(schema: Schema, problem: string): z.output<Schema> {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) throw new Error(`${problem}\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
