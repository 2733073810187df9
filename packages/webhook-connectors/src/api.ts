import {
  type ChangedPage,
  type ChangedQuery,
  type PlatformAnswer,
  type PlatformEntity,
  secret,
  type UnreadableEntity,
  WebxkeyError,
  type WriteBack,
} from "@webxkey/core";
import { z } from "zod";
import { ownField } from "./fields.ts";

/** What the platforms' APIs have in common. */

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
  .meta({ secret: true })
  .transform((text) => secret(text));

/** A country for numbers that say none: where the shop is. ISO 3166-1 alpha-2. */
export const countrySetting = z.string().regex(/^[A-Z]{2}$/, "Give the country in two capitals, such as LK.");

/** Wrong or expired credentials, a shop that is frozen (Shopify's 402), a key that may not do it, and a proxy that wants credentials of its own (407). */
const UNAUTHORIZED = new Set([401, 402, 403, 407]);
/** Too slow, too often, or not well: it may be otherwise later. */
const UNAVAILABLE = new Set([408, 425, 429]);
const NOT_THERE = new Set([404, 410]);
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/i;

/**
 * The body of an answer to something that was written.
 *
 * @throws with the status where the platform refused: a WebxkeyError of a code of its own where a person or time mends it, and no fact
 * is given up meanwhile; an Error for any other. What it said besides stays out, because it may repeat what it was asked.
 */
export function bodyOf({ status, body }: PlatformAnswer, platform: string): unknown {
  if (status >= 200 && status < 300) return body;
  const detail = `${platform} answered ${status}.`;
  if (status >= 500 || UNAVAILABLE.has(status)) throw unavailable(detail);
  if (UNAUTHORIZED.has(status)) throw unauthorized(detail);
  if (NOT_THERE.has(status)) throw notFound(detail);
  throw new Error(`${detail} Check the address and the key of its API, and what the key may do.`);
}

/**
 * The body of an answer to a question.
 *
 * @throws as `bodyOf`, and `answer_unreadable` where a 200 holds something else than JSON: that proves nothing, least of all that the
 * record is gone.
 */
export function answerOf(answer: PlatformAnswer, platform: string): unknown {
  const body = bodyOf(answer, platform);
  if (body === undefined) throw unreadable(platform);
  return body;
}

/** The list in an answer: what is not one is unreadable and never an empty list. */
export function listOf(value: unknown, platform: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable(platform);
  return value;
}

export function unreadable(platform: string): WebxkeyError {
  return new WebxkeyError("answer_unreadable", { detail: `${platform} gave no JSON of its API.` });
}

export function unauthorized(detail: string): WebxkeyError {
  return new WebxkeyError("platform_unauthorized", { detail });
}

export function notFound(detail: string): WebxkeyError {
  return new WebxkeyError("platform_not_found", { detail });
}

export function unavailable(detail: string): WebxkeyError {
  return new WebxkeyError("platform_unavailable", { detail });
}

/**
 * The record in an answer, or undefined if the API says that the record is not there. Only the API itself can say so: a proxy whose shop
 * is being restarted answers 404 too, in plain text or HTML, and then nothing is known of the record.
 *
 * @param member the name under which an answer has the record, where the answer is not the record itself.
 * @throws as `answerOf`, also where a 200 holds no record: an answer without one does not prove that it is gone.
 */
export function foundBody(answer: PlatformAnswer, platform: string, member?: string): unknown {
  if (NOT_THERE.has(answer.status) && isOfApi(answer)) return undefined;
  const body = answerOf(answer, platform);
  const record = member === undefined ? body : ownField(body, member);
  if (typeof record !== "object" || record === null || Array.isArray(record)) throw unreadable(platform);
  return record;
}

/** EspoCRM names the reason in a header of its own, and leaves the body empty. */
function isOfApi({ headers }: PlatformAnswer): boolean {
  return JSON_TYPE.test(headers.get("content-type") ?? "") || headers.has("x-status-reason");
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

/**
 * A page of a list of records, each with its id and the time of its last change. One that has not the documented shape is named by both
 * where it has at least these.
 *
 * @param of `record`: what is read of a record; `pointer`: what says which one it is and when it changed.
 */
export function changedPage<Pointer>(
  kind: string,
  list: readonly unknown[],
  of: {
    readonly record: z.ZodType;
    readonly pointer: z.ZodType<Pointer>;
    readonly pointerOf: (read: Pointer) => { readonly id: string; readonly changedAt: string };
    readonly query: Pick<ChangedQuery, "limit" | "only">;
    readonly more?: boolean;
  },
): ChangedPage {
  const entities: (PlatformEntity & { readonly changedAt: Date })[] = [];
  const unreadable: UnreadableEntity[] = [];
  for (const value of list) {
    const pointer = of.pointer.safeParse(value);
    if (!pointer.success) {
      unreadable.push({ kind });
      continue;
    }
    const { id, changedAt } = of.pointerOf(pointer.data);
    const at = { kind, id, changedAt: new Date(changedAt) };
    const isRead = of.query.only === "ids" || of.record.safeParse(value).success;
    if (isRead) entities.push({ ...at, value });
    else unreadable.push(at);
  }
  return { entities, unreadable, more: of.more ?? list.length >= of.query.limit };
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
