import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HEADER_BYTES_MAX, HEADERS_MAX, SERVER_LIMITS, type ServerLimits } from "./limits.ts";

const CLOSE_LOOK_MS = 50;

export interface ListeningServer {
  /** The port that was bound. */
  readonly port: number;
  /** Takes no more connections, and resolves when the last request under way is answered. */
  drain(): Promise<void>;
  /** Ends at once, in the middle of whatever is under way. */
  cut(): void;
}

/** Binds the port with limits on how long and how much a client may hold. @throws what node:net says, such as EADDRINUSE. */
export async function listen(
  listener: RequestListener,
  { host, port, limits = SERVER_LIMITS }: { host: string; port: number; limits?: ServerLimits },
): Promise<ListeningServer> {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    listener,
  );
  server.maxConnections = limits.connectionsMax;
  server.maxHeadersCount = HEADERS_MAX;
  server.timeout = limits.silenceMs;
  await bind(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // `close` ends the connections that are idle now; those that become idle by their last answer have to be looked for.
      const look = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK_MS);
      await closed;
      clearInterval(look);
    },
    cut() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  await promise;
  server.off("error", reject);
}
