import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest } from "../http/http-request.ts";

/** A web-standard handler, as the engine has one. */
export type WebHandler = (request: HttpRequest) => Promise<Response>;

/** Serves a web-standard handler with node:http; the body reaches it byte for byte, unread. */
export function toNodeListener(
  handler: WebHandler,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const answer = await handler(toWebRequest(incoming));
    // Answered before the body was read to its end, a connection holds bytes that are no next request.
    if (!incoming.complete) outgoing.setHeader("connection", "close");
    // Answers are small. Written whole, one to a caller who has gone meanwhile is no error.
    const body = answer.body && Buffer.from(await answer.arrayBuffer());
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body ?? undefined);
  };
}

/** Forbidden methods of the Fetch standard, which `Request` refuses. */
const FORBIDDEN_METHOD = /^(CONNECT|TRACE|TRACK)$/i;

/**
 * The request as the handler reads it. Not a `Request`: making one with a stream costs more than all else that a webhook needs.
 *
 * @param path what the handler should see instead of the host's own path.
 */
export function toWebRequest(incoming: IncomingMessage, path = incoming.url ?? "/"): HttpRequest {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  if (FORBIDDEN_METHOD.test(method)) throw new TypeError(`No web request has the method ${method}.`);
  return {
    method,
    url: new URL(path, "http://localhost").href,
    headers,
    // A body that is not read to its end still gets an answer, over a connection that must be there for it.
    body: method === "GET" || method === "HEAD" ? null : incoming.iterator({ destroyOnReturn: false }),
  };
}
