import type { Deliveries } from "../connections/index.ts";
import { CONNECTOR_BODY_BYTES_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { readBody } from "./body.ts";
import type { HttpRequest } from "./http-request.ts";

/** Behind it stands a connection's address, which is its guard beside the signature and is written down nowhere. */
export const CONNECTORS_PATH = "/v1/connectors/";

export type ConnectorRoute = (request: HttpRequest, address: string) => Promise<Response>;

/** What platforms post about connected shops, answered 200 only after the commit. */
export function createConnectorRoute({
  deliveries,
  connectorsUrl,
  log,
}: {
  readonly deliveries: Deliveries;
  readonly connectorsUrl: string;
  readonly log: Log;
}): ConnectorRoute {
  return async (request, address) => {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    await deliveries.receive(address, async () => ({
      // As the platform was given it, whatever proxies made of it: some platforms sign it.
      url: `${connectorsUrl}/${address}`,
      headers: request.headers,
      body: await readBody(request, CONNECTOR_BODY_BYTES_MAX, log),
    }));
    return new Response(null, { status: 200 });
  };
}
