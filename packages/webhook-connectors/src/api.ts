import { type PlatformAnswer, type PlatformEntity, secret } from "@webxkey/core";
import { z } from "zod";

/** What the platforms' APIs have in common. */

export const PAGE_ENTITIES_MAX = 100;

/** The address of a shop, which its API lies below. Comes back with a slash at its end. */
export const baseUrlSetting = z
  .url({
    protocol: /^https$/,
    error: "Give the https address of the shop, such as https://shop.example.com.",
  })
  .max(500)
  .refine(isPlain, "Give the address without user name, password, query and fragment.")
  .transform((text) => (text.endsWith("/") ? text : `${text}/`));

export const secretSetting = z
  .string()
  .min(1)
  .max(1_000)
  .transform((text) => secret(text));

/** A country for numbers that say none: where the shop is. ISO 3166-1 alpha-2. */
export const countrySetting = z.string().regex(/^[A-Z]{2}$/, "Give the country in two capitals, such as LK.");

/**
 * The body of an answer.
 *
 * @throws Error with the status where the platform refused. What it said besides stays out, because it may repeat what it was asked.
 */
export function bodyOf({ status, body }: PlatformAnswer, platform: string): unknown {
  if (status >= 200 && status < 300) return body;
  throw new Error(
    `${platform} answered ${status}. Check the address and the key of its API, and what the key may do.`,
  );
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

/** @throws Error: the connector's `writes` says what it can write. */
export function cannotWrite(platform: string, kind: string): never {
  throw new Error(
    `${platform} has no ${kind} to write to an order. Choose one of what its connector writes.`,
  );
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === "";
}
