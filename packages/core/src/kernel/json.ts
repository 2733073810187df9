import canonicalizeValue from "canonicalize";
import { JSON_DEPTH_MAX } from "./limits.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** RFC 8785 (JCS): the one byte form of a value, for hashes and commitments. */
export function canonicalJson(value: unknown): string {
  const text = canonicalizeValue(value);
  if (text === undefined) throw new TypeError("a value without a JSON form has no canonical form");
  return text;
}

/**
 * Parses JSON from outside. Refuses what could poison an object (`__proto__` and its like), exhaust a stack, or be read in two
 * ways (a key given twice, of which parsers keep the first or the last).
 * Returns undefined where the text is not acceptable, because a caller answers differently in each place.
 */
export function parseUntrustedJson(text: string): Json | undefined {
  const written = membersWritten(text, JSON_DEPTH_MAX);
  if (written === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return membersRead(value) === written ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The members that are left of all objects, of which a key given twice leaves one; undefined where one could poison an object.
 * A reviver would see them too, and takes several times as long.
 */
function membersRead(value: Json): number | undefined {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      const inner = membersRead(item);
      if (inner === undefined) return undefined;
      members += inner;
    }
    return members;
  }
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) return undefined;
    const inner = membersRead(item);
    if (inner === undefined) return undefined;
    members += 1 + inner;
  }
  return members;
}

/**
 * Parses what a platform answers over a connection that we opened. One field that a stranger filled in must not make a whole page
 * unreadable: what nests too deep becomes null, and members that could poison an object are left out. A byte order mark at the start,
 * which a PHP file that was saved with one prints before every answer, is passed over.
 * Returns undefined where the text is not JSON.
 */
export function parsePlatformJson(text: string): Json | undefined {
  // White space to JavaScript, and not to JSON.
  const shallow = withoutDeepParts(text.trimStart());
  const strict = parseUntrustedJson(shallow);
  if (strict !== undefined) return strict;
  try {
    return withoutForbiddenKeys(JSON.parse(shallow) as Json);
  } catch {
    return undefined;
  }
}

/** Places where the JSON behind a notice is looked for. */
const NOTICE_TRIES_MAX = 50;

/** As `parsePlatformJson`, and reads JSON also behind a notice that a plugin printed before it. */
export function parseJsonAfterNotice(text: string): Json | undefined {
  const whole = parsePlatformJson(text);
  if (whole !== undefined) return whole;
  let tries = 0;
  for (const { index } of text.matchAll(/[[{]/g)) {
    if (++tries > NOTICE_TRIES_MAX) return undefined;
    const value = parsePlatformJson(text.slice(index));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The same JSON with null in the place of every object and list that nests deeper than 32 brackets. */
export function withoutDeepParts(text: string): string {
  let depth = 0;
  let inString = false;
  let keptTo = 0;
  let kept = "";
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === 0x5c) index++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth === JSON_DEPTH_MAX + 1) kept += `${text.slice(keptTo, index)}null`;
    } else if (char === 0x7d || char === 0x5d) {
      if (depth-- === JSON_DEPTH_MAX + 1) keptTo = index + 1;
    }
  }
  return kept === "" ? text : kept + text.slice(keptTo);
}

function withoutForbiddenKeys(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutForbiddenKeys);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      FORBIDDEN_KEYS.has(key) ? [] : [[key, withoutForbiddenKeys(item)]],
    ),
  );
}

/**
 * Counts colons outside strings, one for each member of an object, before parsing; undefined when brackets nest deeper than
 * allowed, so that ten thousand levels never reach the parser.
 */
function membersWritten(text: string, depthMax: number): number | undefined {
  let depth = 0;
  let members = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === 0x5c) index++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x3a) members++;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > depthMax) return undefined;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return members;
}
