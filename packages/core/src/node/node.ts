import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest } from "../http/http-request.ts";
import { problemResponse } from "../http/problem.ts";
import { requestUrl } from "../http/request-url.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { releaseBytes } from "../kernel/release-bytes.ts";

/** A web-standard handler, as the engine has one. */
export type WebHandler = (request: HttpRequest) => Promise<Response>;

/** How long an answered connection is still read, when its request has not ended. nginx waits 5 s between two reads. */
const LINGER_MS_MAX = 2_000;

/** Serves a web-standard handler with node:http; the body reaches it byte for byte, unread. */
export function toNodeListener(
  handler: WebHandler,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    await answerNode(incoming, outgoing, await answered(handler, incoming));
  };
}

async function answered(handler: WebHandler, incoming: IncomingMessage): Promise<Response> {
  let request: HttpRequest;
  try {
    request = toWebRequest(incoming);
  } catch (error) {
    return problemResponse(error);
  }
  return await handler(request);
}

/** Writes a web-standard answer, also to a request whose body was not read to its end. */
export async function answerNode(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: Response,
): Promise<void> {
  // Answers are small. Written whole, one to a caller who has gone meanwhile is no error.
  const body = answer.body && Buffer.from(await answer.arrayBuffer());
  const headers = Object.fromEntries(answer.headers);
  if (incoming.complete) outgoing.writeHead(answer.status, headers).end(body ?? undefined);
  else await answerBeforeItsEnd(incoming, outgoing, answer.status, headers, body);
}

/**
 * Answered before the body was read to its end, a connection holds bytes that are no next request, so it has to close. Closed
 * at once, those bytes make the system reset it, and a sender who is still writing never sees the answer: what comes is read
 * and dropped until it ends, for as long as {@link LINGER_MS_MAX} (RFC 9112, section 9.6).
 */
async function answerBeforeItsEnd(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer | null,
): Promise<void> {
  outgoing.writeHead(status, { ...headers, connection: "close", "content-length": body?.byteLength ?? 0 });
  if (body) outgoing.write(body);
  else outgoing.flushHeaders();
  await dropRest(incoming, AbortSignal.timeout(LINGER_MS_MAX)).catch(() => {});
  outgoing.end();
}

async function dropRest(incoming: IncomingMessage, signal: AbortSignal): Promise<void> {
  if (incoming.destroyed) return;
  incoming.on("data", releaseBytes).resume();
  await once(incoming, "close", { signal });
}

/** Forbidden methods of the Fetch standard, which `Request` refuses. */
const FORBIDDEN_METHOD = /^(CONNECT|TRACE|TRACK)$/i;

/**
 * Node takes the first of two Host headers, and what stands before us may take the other (RFC 9112, section 3.2).
 * @throws WebxkeyError `invalid_input`.
 */
export function requireOneHost({ rawHeaders }: IncomingMessage): void {
  // Names and values take turns.
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host");
  if (hosts.length > 1) throw new WebxkeyError("invalid_input", { detail: "Send one Host header." });
}

/**
 * The request as the handler reads it. Not a `Request`: making one with a stream costs more than all else that a webhook needs.
 *
 * @param path what the handler should see instead of the host's own path.
 * @throws WebxkeyError `invalid_input` for a request that means one thing to us and another to what stands before us: two
 * hosts, a path with dots to be taken out.
 */
export function toWebRequest(incoming: IncomingMessage, path = incoming.url ?? "/"): HttpRequest {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  if (FORBIDDEN_METHOD.test(method))
    throw new WebxkeyError("invalid_input", { detail: "No web request has this method." });
  requireOneHost(incoming);
  return {
    method,
    url: requestUrl(path),
    headers,
    address: incoming.socket.remoteAddress,
    // A body that is not read to its end still gets an answer, over a connection that must be there for it.
    body: method === "GET" || method === "HEAD" ? null : incoming.iterator({ destroyOnReturn: false }),
  };
}
