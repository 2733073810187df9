import type { Deliveries } from "../connections/index.ts";
import type { Log } from "../kernel/log.ts";
import { type BodyRoom, readBody } from "./body.ts";
import type { HttpRequest } from "./http-request.ts";

/** Behind it stands a connection's address, which is its guard beside the signature and is written down nowhere. */
export const CONNECTORS_PATH = "/v1/connectors/";

export type ConnectorRoute = (request: HttpRequest, address: string) => Promise<Response>;

/** What platforms post about connected shops, answered 200 only after the commit. */
export function createConnectorRoute({
  deliveries,
  connectorsUrl,
  room,
  log,
}: {
  readonly deliveries: Deliveries;
  readonly connectorsUrl: string;
  readonly room: BodyRoom;
  readonly log: Log;
}): ConnectorRoute {
  return async (request, address) => {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    using share = room.open();
    await deliveries.receive(address, {
      // As the platform was given it, whatever proxies made of it: some platforms sign it, and a query may say what a body is about.
      url: `${connectorsUrl}/${address}${new URL(request.url).search}`,
      headers: request.headers,
      read: (bytesMax) => readBody(request, { bytesMax, share, log }),
    });
    return new Response(null, { status: 200 });
  };
}
