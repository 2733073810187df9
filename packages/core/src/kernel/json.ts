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
 * Parses JSON from outside. Refuses what could poison an object (`__proto__` and its like) or exhaust a stack.
 * Returns undefined where the text is not acceptable, because a caller answers differently in each place.
 */
export function parseUntrustedJson(text: string): Json | undefined {
  if (deeperThan(text, JSON_DEPTH_MAX)) return undefined;
  let poisoned = false;
  try {
    const value = JSON.parse(text, (key, item: Json) => {
      if (FORBIDDEN_KEYS.has(key)) poisoned = true;
      return item;
    }) as Json;
    return poisoned ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Counts brackets outside strings before parsing, so that ten thousand levels never reach the parser. */
function deeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === 0x5c) index++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > depthMax) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}
