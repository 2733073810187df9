import { WebxkeyError } from "../kernel/errors.ts";

/** The base is no address of ours: only path and query are looked at. */
const BASE = "http://localhost";
/** A segment that a URL parser takes out, however it is written. */
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i;

/**
 * The URL of a request's path and query as they came. A path that a parser would make another one of is refused: what stands
 * before us (a proxy, a host's router, a list of what is open) has judged the one, and we would answer the other.
 *
 * @throws WebxkeyError `invalid_input`.
 */
export function requestUrl(pathAndQuery: string): string {
  const path = pathAndQuery.split(/[?#]/, 1)[0] ?? "";
  const isPlain = /^\/(?!\/)/.test(path) && !path.includes("\\") && !DOT_SEGMENT.test(path);
  const url = isPlain ? URL.parse(pathAndQuery, BASE) : null;
  if (!url) {
    throw new WebxkeyError("invalid_input", {
      detail: "Ask for a path that begins with one slash and has no /./ and /../ in it.",
    });
  }
  return url.href;
}
