import {
  type PlatformAnswer,
  type PlatformEntity,
  secret,
  WebxkeyError,
  type WriteBack,
} from "@webxkey/core";
import { z } from "zod";

/** What the platforms' APIs have in common. */

export const PAGE_ENTITIES_MAX = 100;

const HTTPS_WANTED = "Give the https address of the shop, such as https://shop.example.com.";
const LOOPBACK = /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])([:/]|$)/i;

/**
 * The address of a shop, which its API lies below. Comes back with a slash at its end. Plain http is for a platform on the
 * gateway's own machine, and the gateway goes there only where its operator named the host.
 */
export const baseUrlSetting = z
  .url({ error: HTTPS_WANTED })
  .max(500)
  .refine((text) => /^https:/i.test(text) || LOOPBACK.test(text), HTTPS_WANTED)
  .refine(isPlain, "Give the address without user name, password, query and fragment.")
  .transform((text) => (text.endsWith("/") ? text : `${text}/`));

export const secretSetting = z
  .string()
  .min(1)
  .max(1_000)
  .transform((text) => secret(text));

/** A country for numbers that say none: where the shop is. ISO 3166-1 alpha-2. */
export const countrySetting = z.string().regex(/^[A-Z]{2}$/, "Give the country in two capitals, such as LK.");

/** Wrong or expired credentials, a shop that is frozen (Shopify's 402), a key that may not do it, and a proxy that wants credentials of its own (407). */
const REFUSED = new Set([401, 402, 403, 407]);
/** Too slow, too often, or not well: it may be otherwise later. */
const UNAVAILABLE = new Set([408, 425, 429]);

/**
 * The body of an answer.
 *
 * @throws with the status where the platform refused: a WebxkeyError `platform_refused` or `platform_unavailable` where a person or
 * time mends it, and no fact is given up meanwhile; an Error for any other. What it said besides stays out, because it may repeat
 * what it was asked.
 */
export function bodyOf({ status, body }: PlatformAnswer, platform: string): unknown {
  if (status >= 200 && status < 300) return body;
  if (status >= 500 || UNAVAILABLE.has(status)) throw unavailable(`${platform} answered ${status}.`);
  const detail = `${platform} answered ${status}. Check the address and the key of its API, and what the key may do.`;
  throw REFUSED.has(status) ? refused(detail) : new Error(detail);
}

export function unavailable(detail: string): WebxkeyError {
  return new WebxkeyError("platform_unavailable", { detail });
}

/** For platforms that refuse in a body of their own, with a status that says nothing. */
export function refused(detail: string): WebxkeyError {
  return new WebxkeyError("platform_refused", { detail });
}

/** The body of an answer, or undefined where the thing is not there. */
export function foundBody(answer: PlatformAnswer, platform: string): unknown {
  return answer.status === 404 || answer.status === 410 ? undefined : bodyOf(answer, platform);
}

/**
 * A record that was looked up.
 *
 * @returns undefined where it is gone.
 * @throws Error where it has not the documented shape, so that it is seen on the page of what waits rather than lost.
 */
export function recordIn<T>(record: z.ZodType<T>, value: unknown, what: string): T | undefined {
  if (value === undefined || value === null) return undefined;
  const read = record.safeParse(value);
  if (read.success) return read.data;
  const fields = read.error.issues.slice(0, 5).map(({ path }) => path.join("."));
  throw new Error(`${what} has not the documented shape. Look at ${fields.join(", ") || "the whole"}.`);
}

/** The records of a list that can be read, each with its id and the time of its last change. The others are left out. */
export function changedIn<T>(
  kind: string,
  list: unknown,
  record: z.ZodType<T>,
  of: (read: T) => { readonly id: string; readonly changedAt: string },
): (PlatformEntity & { readonly changedAt: Date })[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown) => {
    const read = record.safeParse(value);
    if (!read.success) return [];
    const { id, changedAt } = of(read.data);
    return [{ kind, id, value, changedAt: new Date(changedAt) }];
  });
}

/** @throws WebxkeyError `invalid_input`: the connector's `writes` says what it can write. */
export function cannotWrite(platform: string, kind: WriteBack["kind"]): never {
  throw new WebxkeyError("invalid_input", {
    detail: `${platform} has no ${kind} to write to an order. Choose one of what its connector writes.`,
  });
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === "";
}
