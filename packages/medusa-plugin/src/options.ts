import { type ConsentWording, type Rule, starterRules } from "@webxkey/core";
import { z } from "zod";
import type { Environment } from "./env.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const ROLES = ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"] as const;

const text = (charsMax: number) => z.string().trim().min(1).max(charsMax);

/** https everywhere but on this machine itself. */
const secureUrl = z.url({ protocol: /^https?$/ }).refine((value) => {
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || LOOPBACK.has(hostname);
}, "must be an https URL (plain http only on this machine)");

const wording = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, "lower-case letters, digits and dashes"),
  version: text(40),
  language: text(35),
  purpose: z.enum(["order-updates", "account", "support", "marketing"]),
  text: text(2000),
});

const schema = z.strictObject({
  shopName: text(120),
  owner: text(200),
  rootKey: z
    .string({ error: "is missing: make one with `openssl rand -base64 32` and keep it in WEBXKEY_ROOT_KEY" })
    .refine((value) => Buffer.from(value, "base64").length === 32, "must be 32 bytes in base64"),
  publicUrl: secureUrl,
  workspaceId: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and dashes")
    .default("shop"),
  roles: z.record(text(200), z.enum(ROLES)).default({}),
  wordings: z.array(wording).optional(),
  rules: z.array(z.custom<Rule>((value) => typeof value === "object" && value !== null)).optional(),
  defaultLocale: text(35).default("en"),
  databaseUrl: z.string({ error: "is missing: the store itself has no PostgreSQL URL to take" }).min(1),
  keysDatabaseUrl: text(2000).optional(),
  graphUrl: secureUrl.optional(),
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/, "such as v25.0")
    .optional(),
  burstFloorPerHour: z.int().min(1).optional(),
  logLevel: z.enum(LOG_LEVELS).default("info"),
});

export type PluginSettings = Omit<z.output<typeof schema>, "wordings" | "rules"> & {
  readonly wordings: readonly ConsentWording[];
  readonly rules: readonly Rule[];
};

/** Options win over these; both are checked together. */
function fromEnvironment(env: Environment): Record<string, string | undefined> {
  return {
    rootKey: env["WEBXKEY_ROOT_KEY"],
    publicUrl: env["WEBXKEY_PUBLIC_URL"],
    keysDatabaseUrl: env["WEBXKEY_KEYS_DATABASE_URL"],
    graphUrl: env["WEBXKEY_GRAPH_URL"],
    graphVersion: env["WEBXKEY_GRAPH_VERSION"],
    logLevel: env["LOG_LEVEL"],
  };
}

/**
 * Reads the plugin's options and the environment, and lists every problem at once.
 *
 * @throws Error whose message names each option that is wrong, what is wrong with it, and never its value.
 */
export function readSettings(options: unknown, env: Environment): PluginSettings {
  const given = Object.entries(fromEnvironment(env)).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const parsed = schema.safeParse({
    databaseUrl: hostDatabaseUrl(options),
    ...Object.fromEntries(given),
    ...ownOptions(options),
  });
  if (parsed.success) {
    const { wordings, rules, ...settings } = parsed.data;
    return {
      ...settings,
      wordings: wordings ?? [starterWording(settings.shopName)],
      rules: rules ?? starterRules,
    };
  }
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  - ${path.join(".") || "options"}: ${message}`,
  );
  throw new Error(
    `The options of @webxkey/medusa-plugin-whatsapp are not valid. Mend them in medusa-config or the environment:\n${problems.join("\n")}`,
  );
}

/**
 * An option that is read from a variable is undefined where that is not set; it must not hide the environment's own.
 * `database` is what Medusa adds to the options of every module.
 */
function ownOptions(options: unknown): Record<string, unknown> {
  if (typeof options !== "object" || options === null) return {};
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name !== "database" && value !== undefined),
  );
}

/** The store's own database, as Medusa tells each module. */
function hostDatabaseUrl(options: unknown): string | undefined {
  const { database } = (options ?? {}) as { database?: { clientUrl?: unknown } };
  return typeof database?.clientUrl === "string" ? database.clientUrl : undefined;
}

/** What stands beside the box until the shop writes its own. */
function starterWording(shopName: string): ConsentWording {
  return {
    id: "checkout-order-updates",
    version: "1",
    language: "en",
    purpose: "order-updates",
    text: `Send me updates about this order on WhatsApp. ${shopName} sends no advertising there, and replying STOP ends it.`,
  };
}
