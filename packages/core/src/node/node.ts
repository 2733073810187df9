import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A web-standard handler, as the engine has one. */
export type WebHandler = (request: Request) => Promise<Response>;

/** Serves a web-standard handler with node:http; the body reaches it byte for byte, unread. */
export function toNodeListener(
  handler: WebHandler,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const answer = await handler(toWebRequest(incoming));
    // Answered before the body was read to its end, a connection holds bytes that are no next request.
    if (!incoming.complete) outgoing.setHeader("connection", "close");
    // Answers are small. Written whole, one to a caller who has gone meanwhile is no error.
    const body = Buffer.from(await answer.arrayBuffer());
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
  };
}

/** @param path what the handler should see instead of the host's own path. */
export function toWebRequest(incoming: IncomingMessage, path = incoming.url ?? "/"): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  const body =
    method === "GET" || method === "HEAD" ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Request(new URL(path, "http://localhost"), {
    method,
    headers,
    body,
    duplex: "half",
  } as RequestInit);
}
