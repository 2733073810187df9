import { isIP } from "node:net";
import type { MessagingOptions, Secret } from "@webxkey/core";
import { z } from "zod";

/**
 * The only file that reads the environment and the time. Every problem is told at once, by its variable; none prints a value.
 *
 * The engine is imported where storage is asked for and not before: a command that only calls a gateway answers in half the
 * time without it.
 */

const PORT_DEFAULT = 4080;
const PORT_MAX = 65_535;
const DATA_DIR_DEFAULT = ".webxkey";
const HOST_DEFAULT = "127.0.0.1";
const ROOT_KEY_BYTES = 32;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

type Environment = Readonly<Record<string, string | undefined>>;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Read<T> =
  | { readonly settings: T; readonly problems?: never }
  | { readonly settings?: never; readonly problems: readonly string[] };

/** What a process that opens storage needs to know: `serve`, `worker`, `migrate` and `init`. */
export interface EngineSettings {
  readonly storage: MessagingOptions["storage"];
  /** The directory of embedded storage; the root key's file lies beside it with PostgreSQL too. */
  readonly dataDir: string;
  /** From WEBXKEY_ROOT_KEY. Without it the file that `init` wrote is read. */
  readonly rootKey?: Secret;
  readonly host: string;
  readonly port: number;
  /** Where the world reaches this gateway, without a slash at its end. */
  readonly publicUrl?: string;
  readonly graphUrl?: string;
  readonly graphVersion?: string;
  /** Hosts of shops' platforms that may be in a private network. */
  readonly privatePlatformHosts: readonly string[];
  readonly alerts: AlertSettings;
  readonly logLevel: LogLevel;
}

/** Where alerts go beside the list that `webxkey alert list` and the pages show. */
export interface AlertSettings {
  readonly webhook?: { readonly url: string; readonly secret: Secret };
  readonly email?: { readonly smtpUrl: Secret; readonly from: string; readonly to: readonly string[] };
}

/** What a command that calls a gateway needs to know. */
export interface ClientSettings {
  readonly url: string;
  readonly apiKey?: Hidden;
  /** For `sender connect`: never an argument, because every user of a machine sees the arguments of its processes. */
  readonly appSecret?: Hidden;
  readonly accessToken?: Hidden;
  /** For `connection create` and `rotate-secret`, where the platform made what it signs with. */
  readonly webhookSecret?: Hidden;
  /** For `member accept`. */
  readonly invitation?: Hidden;
}

/** A value in a closure: neither JSON nor an inspection shows it. */
export type Hidden = Pick<Secret, "reveal">;

const hidden = (value: string): Hidden => ({ reveal: () => value });

export const now = (): Date => new Date();

const rule = (problemOf: (value: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: "custom", message });
  });

const webUrl = rule(webUrlProblem).optional();
const port = rule((value) =>
  /^\d+$/.test(value) && Number(value) <= PORT_MAX
    ? undefined
    : `Give a number from 0 to ${PORT_MAX}, or leave it out for ${PORT_DEFAULT}. 0 takes any free port.`,
);

type Engine = typeof import("@webxkey/core");

const engineVariables = (engine: Engine) =>
  z
    .object({
      DATABASE_URL: rule((value) => databaseProblem(engine, "DATABASE_URL", value)).optional(),
      WEBXKEY_KEYS_DATABASE_URL: rule((value) =>
        databaseProblem(engine, "WEBXKEY_KEYS_DATABASE_URL", value),
      ).optional(),
      WEBXKEY_DATA_DIR: z.string().default(DATA_DIR_DEFAULT),
      WEBXKEY_ROOT_KEY: rule((value) =>
        isRootKey(value)
          ? undefined
          : `Give ${ROOT_KEY_BYTES} random bytes in base64, such as: openssl rand -base64 ${ROOT_KEY_BYTES}`,
      ).optional(),
      WEBXKEY_HOST: rule((value) =>
        isIP(value) === 0 && value !== "localhost" ? "Give the IP address to listen on." : undefined,
      ).default(HOST_DEFAULT),
      PORT: port.default(String(PORT_DEFAULT)),
      WEBXKEY_PUBLIC_URL: webUrl,
      WEBXKEY_GRAPH_URL: webUrl,
      WEBXKEY_GRAPH_VERSION: rule((value) =>
        /^v[1-9]\d?\.\d$/.test(value) ? undefined : "Write it as Meta does, such as v25.0.",
      ).optional(),
      WEBXKEY_PRIVATE_PLATFORM_HOSTS: rule((value) =>
        hostsOf(value).every((host) => HOST.test(host))
          ? undefined
          : "Give host names or addresses with commas between, without https:// and port, such as odoo.lan,10.0.0.7.",
      ).default(""),
      WEBXKEY_ALERT_WEBHOOK_URL: webUrl,
      WEBXKEY_ALERT_WEBHOOK_SECRET: rule((value) =>
        /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(value)
          ? undefined
          : "Give whsec_ and 24 to 64 random bytes in base64, such as: echo whsec_$(openssl rand -base64 32)",
      ).optional(),
      WEBXKEY_SMTP_URL: rule(smtpUrlProblem).optional(),
      WEBXKEY_ALERT_EMAIL_FROM: rule(addressProblem).optional(),
      WEBXKEY_ALERT_EMAIL_TO: rule(addressesProblem).optional(),
      LOG_LEVEL: z.enum(LOG_LEVELS, `Give one of ${LOG_LEVELS.join(", ")}.`).default("info"),
    })
    .superRefine((variables, context) => {
      if (variables.WEBXKEY_KEYS_DATABASE_URL !== undefined && variables.DATABASE_URL === undefined) {
        const message =
          "Set DATABASE_URL as well: embedded storage keeps its keys in a directory of its own.";
        context.addIssue({ code: "custom", message, path: ["WEBXKEY_KEYS_DATABASE_URL"] });
      }
      if (!isLoopback(variables.WEBXKEY_HOST) && variables.WEBXKEY_PUBLIC_URL === undefined) {
        const message =
          "Set it to the https address of the proxy before this gateway: WEBXKEY_HOST opens it to other machines.";
        context.addIssue({ code: "custom", message, path: ["WEBXKEY_PUBLIC_URL"] });
      }
      for (const group of SET_TOGETHER) {
        const missing = group.filter((name) => variables[name] === undefined);
        if (missing.length === group.length) continue;
        for (const name of missing) {
          const others = group.filter((other) => other !== name).join(" and ");
          context.addIssue({ code: "custom", message: `Set it as well: ${others} needs it.`, path: [name] });
        }
      }
    });

/** Variables that mean nothing without one another. */
const SET_TOGETHER = [
  ["WEBXKEY_ALERT_WEBHOOK_URL", "WEBXKEY_ALERT_WEBHOOK_SECRET"],
  ["WEBXKEY_SMTP_URL", "WEBXKEY_ALERT_EMAIL_FROM", "WEBXKEY_ALERT_EMAIL_TO"],
] as const;

/** Settings of a process that opens storage. */
export async function readEngineSettings(
  environment: Environment = process.env,
): Promise<Read<EngineSettings>> {
  const engine = await import("@webxkey/core");
  const parsed = engineVariables(engine).safeParse(given(environment));
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const values = parsed.data;
  const storage =
    values.DATABASE_URL === undefined
      ? engine.pglite({ dataDir: values.WEBXKEY_DATA_DIR })
      : engine.postgres({
          connectionString: values.DATABASE_URL,
          ...(values.WEBXKEY_KEYS_DATABASE_URL && { keysConnectionString: values.WEBXKEY_KEYS_DATABASE_URL }),
        });
  return {
    settings: {
      storage,
      dataDir: values.WEBXKEY_DATA_DIR,
      host: values.WEBXKEY_HOST,
      port: Number(values.PORT),
      privatePlatformHosts: hostsOf(values.WEBXKEY_PRIVATE_PLATFORM_HOSTS),
      alerts: alertSettingsOf(engine, values),
      logLevel: values.LOG_LEVEL,
      ...(values.WEBXKEY_ROOT_KEY && { rootKey: engine.secret(values.WEBXKEY_ROOT_KEY) }),
      ...(values.WEBXKEY_PUBLIC_URL && { publicUrl: withoutSlash(values.WEBXKEY_PUBLIC_URL) }),
      ...(values.WEBXKEY_GRAPH_URL && { graphUrl: withoutSlash(values.WEBXKEY_GRAPH_URL) }),
      ...(values.WEBXKEY_GRAPH_VERSION && { graphVersion: values.WEBXKEY_GRAPH_VERSION }),
    },
  };
}

function alertSettingsOf(
  { secret }: Engine,
  values: z.infer<ReturnType<typeof engineVariables>>,
): AlertSettings {
  const { WEBXKEY_ALERT_WEBHOOK_URL: url, WEBXKEY_ALERT_WEBHOOK_SECRET: signing } = values;
  const { WEBXKEY_SMTP_URL: smtpUrl, WEBXKEY_ALERT_EMAIL_FROM: from, WEBXKEY_ALERT_EMAIL_TO: to } = values;
  return {
    ...(url && signing && { webhook: { url, secret: secret(signing) } }),
    ...(smtpUrl && from && to && { email: { smtpUrl: secret(smtpUrl), from: from.trim(), to: listOf(to) } }),
  };
}

/** Where the root key is to be found, also when another variable is wrong: so that both are told at once. */
export function readKeyPlace(environment: Environment = process.env): {
  readonly inEnvironment: boolean;
  readonly dataDir: string;
} {
  const { WEBXKEY_ROOT_KEY, WEBXKEY_DATA_DIR = DATA_DIR_DEFAULT } = given(environment);
  return { inEnvironment: WEBXKEY_ROOT_KEY !== undefined, dataDir: WEBXKEY_DATA_DIR };
}

/** For `root-key add`; never an argument, because every user of a machine sees the arguments of its processes. */
export function newRootKey(environment: Environment = process.env): string | undefined {
  return given(environment)["WEBXKEY_NEW_ROOT_KEY"];
}

const clientVariables = z.object({
  PORT: port.default(String(PORT_DEFAULT)),
  WEBXKEY_URL: webUrl,
  WEBXKEY_API_KEY: rule((value) =>
    /^wxk_[\x21-\x7e]+$/.test(value) ? undefined : "This is not a key: keys begin with wxk_.",
  ).optional(),
  WEBXKEY_APP_SECRET: z.string().optional(),
  WEBXKEY_ACCESS_TOKEN: z.string().optional(),
  WEBXKEY_WEBHOOK_SECRET: z.string().optional(),
  WEBXKEY_INVITATION: z.string().optional(),
});

/** Settings of a command that calls a gateway. Without WEBXKEY_URL it is the one on this machine, on PORT. */
export function readClientSettings(environment: Environment = process.env): Read<ClientSettings> {
  const parsed = clientVariables.safeParse(given(environment));
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const { WEBXKEY_URL, WEBXKEY_API_KEY, WEBXKEY_APP_SECRET, WEBXKEY_ACCESS_TOKEN, PORT } = parsed.data;
  const { WEBXKEY_WEBHOOK_SECRET, WEBXKEY_INVITATION } = parsed.data;
  return {
    settings: {
      url: withoutSlash(WEBXKEY_URL ?? `http://${HOST_DEFAULT}:${PORT}`),
      ...(WEBXKEY_API_KEY && { apiKey: hidden(WEBXKEY_API_KEY) }),
      ...(WEBXKEY_APP_SECRET && { appSecret: hidden(WEBXKEY_APP_SECRET) }),
      ...(WEBXKEY_ACCESS_TOKEN && { accessToken: hidden(WEBXKEY_ACCESS_TOKEN) }),
      ...(WEBXKEY_INVITATION && { invitation: hidden(WEBXKEY_INVITATION) }),
      ...(WEBXKEY_WEBHOOK_SECRET && { webhookSecret: hidden(WEBXKEY_WEBHOOK_SECRET) }),
    },
  };
}

export function isRootKey(value: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(value) && Buffer.from(value, "base64").length === ROOT_KEY_BYTES;
}

/** A variable that is set to nothing, as compose files do, is one that is left out. */
function given(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`);
}

function webUrlProblem(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return "Write it as https://host.";
  if (url.username || url.password || url.search || url.hash)
    return "Leave out user, password, query and fragment.";
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return "Use https: personal data and keys cross a network only encrypted. Plain http is for this machine alone.";
  return undefined;
}

function databaseProblem(
  { postgres, isWebxkeyError }: Engine,
  variable: string,
  connectionString: string,
): string | undefined {
  try {
    postgres({ connectionString });
    return undefined;
  } catch (error) {
    // Its own words name no value; those of anybody else might.
    return isWebxkeyError(error)
      ? error.message.replaceAll("DATABASE_URL", variable)
      : "This is not a connection string. Write it as postgres://user:password@host:5432/database.";
  }
}

/** As a URL has it: IPv6 in brackets. */
const HOST = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

function hostsOf(value: string): string[] {
  return listOf(value).map((host) => host.toLowerCase());
}

function listOf(value: string): string[] {
  return value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** https://www.rfc-editor.org/rfc/rfc8314: TLS from the first byte, or STARTTLS, which the outlet requires. */
function smtpUrlProblem(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname || url.pathname.length > 1 || url.search)
    return "Write it as smtps://user:password@host:465, or smtp://user:password@host:587 for STARTTLS.";
  return undefined;
}

const ADDRESS = /^[^\s@<>,"]{1,64}@[^\s@<>,"]{1,190}$/;

function addressesProblem(value: string): string | undefined {
  const addresses = listOf(value);
  return addresses.length > 0 && addresses.every((address) => ADDRESS.test(address))
    ? undefined
    : "Give e-mail addresses with commas between, without names.";
}

function addressProblem(value: string): string | undefined {
  return ADDRESS.test(value.trim()) ? undefined : "Give one e-mail address, without a name.";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
