import {
  type Caller,
  ERROR_CODES,
  isWebxkeyError,
  type Log,
  type Messaging,
  problemResponse,
} from "@webxkey/core";

/** The first status that is our fault, not the caller's. */
const SERVER_ERROR = 500;

/** A web-standard `Request`, or what a host's server holds in its form, with the engine's own path. */
export type EngineRequest = Parameters<Messaging["handler"]>[0];

export interface Forwarding {
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
  /** Who was signed in by the host; left out where the request proves itself, as Meta's webhooks do. */
  readonly caller?: Caller;
}

/** Hands a request to the engine, and answers what it says. Never rejects: what goes wrong is an answer. */
export async function forward(
  request: EngineRequest,
  { messaging, log, caller }: Forwarding,
): Promise<Response> {
  try {
    const engine = await messaging();
    return await engine.handler(request, caller);
  } catch (error) {
    return problemAnswer(error, log, new URL(request.url).pathname);
  }
}

/** An RFC 9457 problem in the engine's form. What is our own fault is logged; of an error that is not the engine's nothing is shown. */
export function problemAnswer(error: unknown, log: Log, route: string): Response {
  const { status } = ERROR_CODES[isWebxkeyError(error) ? error.code : "internal"];
  if (status >= SERVER_ERROR) log.error("http.failed", { route, status, error });
  return problemResponse(error);
}
