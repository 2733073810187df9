import { WebxkeyError } from "../kernel/errors.ts";
import type { Caller } from "../messaging.ts";
import type { HttpRequest } from "./http-request.ts";

const READS = ["GET", "HEAD"];
const OWN_PAGE = ["same-origin", "none"];

/**
 * Refuses a change that another site's page asks for with the session of somebody who is signed in. A browser says where a
 * request comes from in `Sec-Fetch-Site`, an older one in `Origin`; what is no browser says neither and has no session to misuse.
 *
 * @throws WebxkeyError `forbidden`.
 */
export function requireOwnPage({ method, headers }: HttpRequest, { origins = [] }: Caller): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (READS.includes(method) || OWN_PAGE.includes(site ?? "") || (site === null && origin === null)) return;
  const isAllowed =
    origin !== null && origins.some((one) => (typeof one === "string" ? one === origin : one.test(origin)));
  const isOwn = site === null && URL.parse(origin ?? "")?.host === headers.get("host");
  if (isAllowed || isOwn) return;
  throw new WebxkeyError("forbidden", {
    detail: "Another site's page asked for this change with your sign-in. Make it on this site's own pages.",
  });
}
