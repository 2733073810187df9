import type { GraphRefusal } from "../graph-errors.ts";

/** A request to the Graph API, read but not yet understood. */
export interface GraphCall {
  method: string;
  /** The version that answers; the newest where the path names none. */
  version: string;
  /** Object id or name, then edge: `["106540352242922", "messages"]`. */
  path: string[];
  query: URLSearchParams;
  authorization: string | undefined;
  contentType: string;
  body: string;
  atMs: number;
}

export type GraphAnswer = { status: number; body: object } | { refused: GraphRefusal };

export function ok(body: object): GraphAnswer {
  return { status: 200, body };
}

export function refuse(refused: GraphRefusal): GraphAnswer {
  return { refused };
}

/** Versions that still live, oldest first; an expired one is served by the oldest, silently. */
// behaviour: version-in-path
const OLDEST_VERSION = 21;
const NEWEST_VERSION = 26;
const VERSION = /^v(\d{1,2})\.0$/;

/** Splits path and query without building a URL: this runs for every message of a bench. */
export function readTarget(target: string): Pick<GraphCall, "version" | "path" | "query"> | undefined {
  const mark = target.indexOf("?");
  const path = (mark < 0 ? target : target.slice(0, mark)).split("/").filter(Boolean);
  const query = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1));
  const number = Number(VERSION.exec(path[0] ?? "")?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return { version: `v${NEWEST_VERSION}.0`, path, query };
  if (number > NEWEST_VERSION) return undefined;
  return { version: `v${Math.max(number, OLDEST_VERSION)}.0`, path: path.slice(1), query };
}

/** Graph takes JSON and forms; a form's values may be JSON themselves. Undefined: the body cannot be read. */
// behaviour: json-and-form-bodies
export function readFields(call: GraphCall): Record<string, unknown> | undefined {
  if (call.body === "") return {};
  if (call.contentType.includes("application/x-www-form-urlencoded")) {
    return Object.fromEntries(
      [...new URLSearchParams(call.body)].map(([key, value]) => [key, formValue(value)]),
    );
  }
  const parsed = parseJson(call.body);
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Record<string, unknown>)
    : undefined;
}

function formValue(text: string): unknown {
  return /^[[{]/.test(text) ? (parseJson(text) ?? text) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
