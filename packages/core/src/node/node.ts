import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { HttpRequest } from "../http/http-request.ts";
import { problemResponse } from "../http/problem.ts";
import { requestUrl } from "../http/request-url.ts";
import { WebxkeyError } from "../kernel/errors.ts";

/** A web-standard handler, as the engine has one. */
export type WebHandler = (request: HttpRequest) => Promise<Response>;

/** How long an answered connection is still read, when its request has not ended. nginx waits 5 s between two reads. */
const LINGER_MS_MAX = 2_000;
/** Reads of at most 64 kB that all such connections together get in a tick: 80 MB a second for a few, 10 for a crowd. */
const LINGER_READS_PER_TICK = { few: 64, crowd: 8 } as const;
const LINGER_FEW = 8;
const LINGER_TICK_MS = 50;

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

/** Slowly for a crowd, because what is read and dropped is garbage that takes memory until it is collected. */
async function dropRest(incoming: IncomingMessage, enough: AbortSignal): Promise<void> {
  lingering += 1;
  try {
    while (!incoming.readableEnded && !incoming.destroyed) {
      await lingerTurn(enough);
      if (incoming.read() === null) await untilReadable(incoming, enough);
    }
  } finally {
    lingering -= 1;
  }
}

/** Over all connections of this process, whose memory is one. */
let lingering = 0;
let lingerTick = { since: Number.NEGATIVE_INFINITY, reads: 0 };

async function lingerTurn(enough: AbortSignal): Promise<void> {
  for (;;) {
    enough.throwIfAborted();
    const now = performance.now();
    if (now - lingerTick.since >= LINGER_TICK_MS) lingerTick = { since: now, reads: 0 };
    lingerTick.reads += 1;
    if (lingerTick.reads <= LINGER_READS_PER_TICK[lingering > LINGER_FEW ? "crowd" : "few"]) return;
    await delay(LINGER_TICK_MS, undefined, { signal: enough });
  }
}

/** Resolves when there is something to read, and at the end. */
async function untilReadable(incoming: IncomingMessage, enough: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([enough, over.signal]);
  const changes = ["readable", "end", "close"].map((event) => once(incoming, event, { signal }));
  try {
    await Promise.race(changes);
  } finally {
    over.abort();
    await Promise.allSettled(changes);
  }
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
