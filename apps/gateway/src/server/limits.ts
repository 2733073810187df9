/** How long and how much one client may keep the server busy. Their sum bounds what a slow or hostile one can hold. */
export interface ServerLimits {
  /** To send all headers, from the first byte of the connection. */
  readonly headersMs: number;
  /** To send the whole request. Meta's largest webhook, 3 MB, needs 0.8 Mbit/s for it. */
  readonly requestMs: number;
  /** Longer than the 60 s of common proxies, so that it is the proxy that closes an idle connection. */
  readonly keepAliveMs: number;
  /** Without a byte in either direction; a client that does not read its answer ends here. */
  readonly silenceMs: number;
  /** How often the first two are looked at. */
  readonly checkMs: number;
  readonly connectionsMax: number;
}

export const SERVER_LIMITS: ServerLimits = {
  headersMs: 5_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  silenceMs: 70_000,
  checkMs: 1_000,
  connectionsMax: 2_000,
};

export const HEADER_BYTES_MAX = 16 * 1024;
export const HEADERS_MAX = 100;

/** A send may take 20 s; Kubernetes kills 30 s after it asked. */
export const DRAIN_MS_MAX = 25_000;
/** What a probe may wait for the database. */
export const READY_MS_MAX = 2_000;
