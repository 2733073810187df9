import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A web-standard handler, as the engine has one. */
export type WebHandler = (request: Request) => Promise<Response>;

/** Serves a web-standard handler with node:http; the body reaches it byte for byte, unread. */
export function toNodeListener(
  handler: WebHandler,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const answer = await handler(toWebRequest(incoming));
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) await pipeline(Readable.fromWeb(answer.body as never), outgoing);
    else outgoing.end();
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
