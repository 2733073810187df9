import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent } from "undici";
import type { PlatformClient } from "../events/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { parseJsonAfterNotice, parsePlatformJson } from "../kernel/json.ts";
import { exchange, type LostReason, type NotSentReason } from "../meta/index.ts";
import { mayConnectTo } from "./platform-address.ts";

const DEADLINE_MS = 15_000;
const CONNECT_MS_MAX = 5_000;
/** A page of a hundred orders has about 1 MB (assumed); shops were seen whose plugins put 45 kB into each of them. */
const RESPONSE_BYTES_MAX = 8 * 1024 * 1024;
/** To one platform at once: shops run on small machines. */
const CONNECTIONS_MAX = 4;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/i;

export interface PlatformClients {
  /** @throws WebxkeyError `platform_refused` for a base URL that may not be called. */
  to(baseUrl: string): PlatformClient;
  close(): Promise<void>;
}

export interface PlatformClientOptions {
  /** Hosts that may be in a private network, as they stand in base URLs. */
  readonly privateHosts: readonly string[];
  readonly clock: Clock;
  /** How names become addresses; what it answers is checked at each new connection. */
  readonly lookup?: LookupFunction;
  readonly limits?: { readonly deadlineMs?: number; readonly responseBytesMax?: number };
}

/**
 * The only way to the platforms of connected shops, whose addresses merchants type in. https only; a name is looked up for each
 * connection and the connection goes to the very address that was checked, so that a name that changes its address in between
 * gains nothing; no redirects; bounded in time and size; JSON alone is read, in spite of fields that a stranger filled in with what nests without end.
 */
export function createPlatformClients({
  privateHosts,
  clock,
  lookup = systemLookup as LookupFunction,
  limits: { deadlineMs = DEADLINE_MS, responseBytesMax = RESPONSE_BYTES_MAX } = {},
}: PlatformClientOptions): PlatformClients {
  const isNamed = (host: string) => privateHosts.includes(host.toLowerCase());
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: CONNECT_MS_MAX, lookup: guarded(lookup, isNamed) },
    // The one deadline of the exchange covers these.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return {
    to(baseUrl) {
      const base = readBaseUrl(baseUrl, isNamed);
      return {
        async request({ method, path, headers = {}, body, afterNotice = false }) {
          const exchanged = await exchange(
            agent,
            {
              origin: base.origin,
              method,
              path: pathBelow(base, path),
              headers: {
                accept: "application/json",
                "user-agent": "webxkey",
                ...(body !== undefined && { "content-type": "application/json" }),
                ...headers,
              },
              body: body === undefined ? null : JSON.stringify(body),
            },
            { deadlineMs, responseBytesMax, mayStillSend: () => true, now: () => clock.now() },
          );
          if (exchanged.kind !== "answered") throw failureOf(exchanged);
          const answered = new Headers();
          for (const [name, value] of Object.entries(exchanged.headers))
            for (const one of [value ?? []].flat()) answered.append(name, one);
          const { status } = exchanged;
          if (status >= 300 && status < 400) {
            throw redirects(answered.get("location"), base);
          }
          const parse = afterNotice ? parseJsonAfterNotice : parsePlatformJson;
          const isJson = JSON_TYPE.test(answered.get("content-type") ?? "");
          return {
            status,
            headers: answered,
            body: isJson ? parse(exchanged.body.toString()) : undefined,
          };
        },
      };
    },
    close: () => agent.close(),
  };
}

/** Refuses in the look-up, so that not even a connection is tried: net connects to what is answered here and to nothing else. */
function guarded(lookup: LookupFunction, isNamed: (host: string) => boolean): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return answer(error, []);
      const addresses = typeof found === "string" ? [] : found;
      const named = isNamed(hostname);
      if (addresses.length === 0 || !addresses.every(({ address }) => mayConnectTo(address, { named })))
        return answer(Object.assign(new Error("not a public address"), { code: NOT_PUBLIC }), []);
      const [first] = addresses;
      if (options.all) answer(null, addresses);
      else answer(null, first?.address ?? "", first?.family);
    });
  };
}

const NOT_PUBLIC = "WEBXKEY_NOT_PUBLIC";

function readBaseUrl(text: string, isNamed: (host: string) => boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const named = url !== undefined && isNamed(url.hostname);
  // The same exception as for the Graph API: what never leaves this machine, and the operator said so.
  const isPlain = url?.protocol === "http:" && named && LOOPBACK.test(url.hostname);
  if (!url || (url.protocol !== "https:" && !isPlain))
    throw refused("The platform's address has to begin with https://.");
  if (url.username || url.password || url.search || url.hash || !url.pathname.endsWith("/"))
    throw refused("The platform's address has to end with a slash, without user, query or fragment.");
  if (!named && url.port !== "")
    throw refused(
      "The platform's address has a port of its own. Where that is meant, the operator names its host in WEBXKEY_PRIVATE_PLATFORM_HOSTS.",
    );
  // Nobody looks up what is an address already.
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && !mayConnectTo(literal, { named })) throw notPublic();
  return url;
}

/** Ids from outside stand in paths: none of them leads out of the base URL. */
function pathBelow(base: URL, path: string): string {
  const url = URL.canParse(path, base.href) ? new URL(path, base.href) : undefined;
  if (!url || url.origin !== base.origin || !url.pathname.startsWith(base.pathname) || path.startsWith("/"))
    throw refused("A path leads out of the platform's address.");
  return `${url.pathname}${url.search}`;
}

function failureOf(lost: {
  readonly kind: "not_sent" | "unknown";
  readonly reason: NotSentReason | LostReason;
  readonly causeCode?: string;
}): WebxkeyError {
  if (lost.causeCode === NOT_PUBLIC) return notPublic();
  if (lost.reason === "response_too_large")
    return new WebxkeyError("answer_too_large", { detail: "The answer was too large." });
  if (lost.reason === "tls") return refused("The platform's certificate is not accepted.");
  return new WebxkeyError("platform_unavailable", {
    detail: `The platform could not be reached (${lost.reason}).`,
  });
}

/** Names the host alone: the rest of an address may hold what nobody should read. */
function redirects(location: string | null, base: URL): WebxkeyError {
  const to = location && URL.canParse(location, base.href) ? new URL(location, base.href) : undefined;
  const where = to && to.origin !== base.origin ? to.origin : "another path of the same host";
  return new WebxkeyError("platform_redirects", { detail: `It redirects to ${where}.` });
}

function refused(detail: string): WebxkeyError {
  return new WebxkeyError("platform_refused", { detail });
}

function notPublic(): WebxkeyError {
  return refused(
    "The platform's address is not on the public internet. Where that is meant, the operator names its host in WEBXKEY_PRIVATE_PLATFORM_HOSTS.",
  );
}
