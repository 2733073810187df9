import { AdminProblemError, parseProblem } from "./problem.ts";

/** Sends a request and hands back an answer of our own API; everything else is thrown as a problem. */
export type Send = (request: Request) => Promise<Response>;

/** An address of the host's, which may be given without an origin; read at call time, when there is a document. */
export function absoluteUrl(url: string): string {
  return new URL(url, globalThis.location?.href).href.replace(/\/$/, "");
}

/**
 * The host's own sign-in travels along (its cookies). Whatever is not the API's own JSON, such as a page that a proxy puts
 * in front, is turned into a problem here, even where it calls itself a success.
 */
export async function answered(send: Send, given: Request): Promise<Response> {
  const request = new Request(given, { credentials: "include" });
  const response = await send(request).catch((cause: unknown) => {
    if (request.signal.aborted) throw cause;
    throw new AdminProblemError(
      { code: "unreachable", status: null, title: null, detail: null, fields: [] },
      { cause },
    );
  });
  const isJson = /^application\/(problem\+)?json\b/i.test(response.headers.get("content-type") ?? "");
  if (response.ok && (isJson || response.status === 204)) return response;
  const body: unknown = isJson ? await response.json().catch(() => null) : null;
  throw new AdminProblemError(parseProblem(body, response.status));
}
