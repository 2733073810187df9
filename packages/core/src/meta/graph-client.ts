import { Pool, request as requestOnce } from "undici";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Secret } from "../kernel/secret.ts";
import { exchange } from "./exchange.ts";
import { type GraphOutcome, readOutcome } from "./graph-outcome.ts";
import { GRAPH_VERSION_DEFAULT, isGraphVersion } from "./graph-version.ts";
import { appSecretProof } from "./signature.ts";

/** Shorter than a claim's lease (60 s), which is shorter than the settle window (180 s): a late answer finds its row. */
const GRAPH_DEADLINE_MS = 20_000;
const GRAPH_CONNECT_TIMEOUT_MS = 5_000;
const GRAPH_REACHED_MS_MAX = 2_500;
/** A page of a hundred templates is about 200 kB. */
const GRAPH_RESPONSE_BYTES_MAX = 4 * 1024 * 1024;
/**
 * At 150 ms a call 150 connections carry the 1,000 messages a second that Meta allows the fastest number. The others are for
 * those that are claimed meanwhile, which takes about as long as a call.
 */
export const GRAPH_CONNECTIONS_MAX = 400;

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or a simulator; plain http only on a loopback address. */
  readonly baseUrl: string;
  readonly version?: string;
  readonly timeouts?: { readonly deadlineMs?: number; readonly connectMs?: number };
  readonly connectionsMax?: number;
  readonly responseBytesMax?: number;
  readonly clock?: Clock;
}

/** Whose rights a call uses. With the app's secret known, `appsecret_proof` is sent along. */
export interface GraphCredentials {
  readonly accessToken: Secret;
  readonly appSecret?: Secret | undefined;
}

export interface GraphRequest {
  readonly credentials: GraphCredentials;
  /** Path after the version, in pieces: `["106540352242922", "messages"]`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | Secret>>;
  /** The last word before the socket write; false means: do not send any more. */
  readonly mayStillSend?: () => boolean;
}

export interface GraphPost extends GraphRequest {
  readonly body: object;
}

export interface GraphClient {
  get(request: GraphRequest): Promise<GraphOutcome>;
  post(request: GraphPost): Promise<GraphOutcome>;
  /** Whether anything answers there, on a connection of its own. */
  isReachable(): Promise<boolean>;
  /** Lets running calls end and closes the connections. */
  close(): Promise<void>;
}

/**
 * A client of one Graph origin. It never repeats a call and follows no redirect, because whether a POST may be sent
 * again is decided from its outcome, by those who know what it was.
 *
 * @throws WebxkeyError `invalid_configuration` for a base URL or version that cannot be used.
 */
export function createGraphClient({
  baseUrl,
  version = GRAPH_VERSION_DEFAULT,
  timeouts: { deadlineMs = GRAPH_DEADLINE_MS, connectMs = GRAPH_CONNECT_TIMEOUT_MS } = {},
  connectionsMax = GRAPH_CONNECTIONS_MAX,
  responseBytesMax = GRAPH_RESPONSE_BYTES_MAX,
  clock = systemClock,
}: GraphClientOptions): GraphClient {
  const base = readBaseUrl(baseUrl);
  if (!isGraphVersion(version)) {
    throw invalid("The Graph API version must look like v25.0. Set WEBXKEY_GRAPH_VERSION or leave it out.");
  }
  const prefix = `${base.pathname.replace(/\/$/, "")}/${version}`;
  const pool = new Pool(base.origin, {
    connections: connectionsMax,
    pipelining: 1,
    // HTTP/2 would move the border between "not sent" and "perhaps sent" into frames that we do not see.
    allowH2: false,
    connect: { timeout: connectMs },
    // The one deadline of the exchange covers these.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const call = async (
    method: "GET" | "POST",
    request: GraphRequest,
    body?: string,
  ): Promise<GraphOutcome> => {
    const { credentials, path, query = {}, mayStillSend = () => true } = request;
    const exchanged = await exchange(
      pool,
      {
        method,
        path: `${prefix}${pathText(path)}${queryText(query, credentials)}`,
        headers: {
          authorization: `Bearer ${credentials.accessToken.reveal()}`,
          accept: "application/json",
          "user-agent": "webxkey",
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        body: body ?? null,
      },
      { deadlineMs, responseBytesMax, mayStillSend, now: () => clock.now() },
    );
    return readOutcome(exchanged, clock.now());
  };

  return {
    get: (request) => call("GET", request),
    post: (request) => call("POST", request, JSON.stringify(request.body)),
    async isReachable() {
      try {
        const { body } = await requestOnce(base.origin, {
          signal: AbortSignal.timeout(GRAPH_REACHED_MS_MAX),
        });
        await body.dump();
        return true;
      } catch {
        return false;
      }
    },
    close: () => pool.close(),
  };
}

function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const transportOk = url?.protocol === "https:" || (url?.protocol === "http:" && loopback);
  if (!url || !transportOk || url.username || url.password || url.search || url.hash) {
    throw invalid(
      "The Graph URL must be https (plain http only on a loopback address), without user, query or fragment.",
    );
  }
  return url;
}

/** Ids are digits and edges are snake_case; anything else would be a path made of someone's input. */
function pathText(path: readonly string[]): string {
  if (!path.every((piece) => /^\w{1,128}$/.test(piece))) {
    throw new WebxkeyError("invalid_input", {
      detail: "A Graph id may hold only letters, digits and underscores. Check the ids of the sender.",
    });
  }
  return path.map((piece) => `/${piece}`).join("");
}

function queryText(
  query: NonNullable<GraphRequest["query"]>,
  { accessToken, appSecret }: GraphCredentials,
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    params.set(name, typeof value === "string" ? value : value.reveal());
  }
  if (appSecret) params.set("appsecret_proof", appSecretProof(accessToken, appSecret));
  return params.size === 0 ? "" : `?${params}`;
}

function invalid(detail: string): WebxkeyError {
  return new WebxkeyError("invalid_configuration", { detail });
}
