import { type ConsentWording, type Rule, starterRules } from "@webxkey/core";
import { z } from "zod";
import type { IsPhoneVerified } from "./phone.ts";

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

/** First roles by e-mail address or user id, for a host whose own roles say nothing about messages. */
export const firstRoles = z.record(text(200), z.enum(ROLES)).default({});

/** The options that a plugin has whatever it plugs into; it spreads them into its own strict schema. */
export const hostOptions = {
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
  wordings: z.array(wording).optional(),
  rules: z.array(z.custom<Rule>((value) => typeof value === "object" && value !== null)).optional(),
  keysDatabaseUrl: text(2000).optional(),
  graphUrl: secureUrl.optional(),
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/, "such as v25.0")
    .optional(),
  isPhoneVerified: z
    .custom<IsPhoneVerified>((value) => typeof value === "function", "must be a function")
    .optional(),
  burstFloorPerHour: z.int().min(1).optional(),
  alertWebhook: z
    .strictObject({
      url: secureUrl,
      secret: z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64"),
    })
    .optional(),
  logLevel: z.enum(LOG_LEVELS).default("info"),
};

const hostSchema = z.object(hostOptions);
type HostOptions = z.output<typeof hostSchema>;

/** Options with what is filled in where a shop writes no wordings and rules of its own. */
export type SettingsOf<Options> = Omit<Options, "wordings" | "rules"> & {
  readonly wordings: readonly ConsentWording[];
  readonly rules: readonly Rule[];
};

export interface SettingsSource {
  /** What the shop wrote; an option that is undefined is one that was left out. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the host itself says, used where neither options nor environment do. */
  readonly host?: Readonly<Record<string, unknown>>;
  /** For the error: what the options are options of, and where they are mended. */
  readonly of: { readonly plugin: string; readonly place: string };
}

/**
 * Reads a plugin's options and the environment, and lists every problem at once.
 *
 * @param schema a strict object with `hostOptions` in it.
 * @throws Error whose message names each option that is wrong, what is wrong with it, and never its value.
 */
export function readSettings<Options extends HostOptions>(
  schema: z.ZodType<Options>,
  { options, env, host = {}, of }: SettingsSource,
): SettingsOf<Options> {
  const parsed = schema.safeParse({ ...host, ...given(fromEnvironment(env)), ...given(options) });
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
    `The options of ${of.plugin} are not valid. Mend them in ${of.place} or the environment:\n${problems.join("\n")}`,
  );
}

/** Options win over these; both are checked together. */
function fromEnvironment(env: SettingsSource["env"]): Record<string, string | undefined> {
  const variables = {
    rootKey: env["WEBXKEY_ROOT_KEY"],
    publicUrl: env["WEBXKEY_PUBLIC_URL"],
    keysDatabaseUrl: env["WEBXKEY_KEYS_DATABASE_URL"],
    graphUrl: env["WEBXKEY_GRAPH_URL"],
    graphVersion: env["WEBXKEY_GRAPH_VERSION"],
    logLevel: env["LOG_LEVEL"],
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** An option that is read from a variable is undefined where that is not set; it must not hide what stands behind it. */
function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
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
