import type { RequestHandler } from "express";

const HSTS_SECONDS = 31_536_000;

/**
 * The headers that mean something on an API without pages: nothing is cached, framed, sniffed or run. The rest of what
 * `helmet` sets is for pages.
 */
export function safeHeaders({ https }: { readonly https: boolean }): RequestHandler {
  const headers = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    ...(https && { "strict-transport-security": `max-age=${HSTS_SECONDS}` }),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
