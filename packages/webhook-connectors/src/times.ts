import { z } from "zod";

/** The ways in which platforms write a time, read into RFC 3339 in UTC. */

const SECOND_MS = 1_000;
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d{1,6})?$/;

/** RFC 3339 with an offset, as Shopify and Square write it. */
export const zonedTime = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** A time without a zone that is UTC: WooCommerce's `_gmt` fields, Odoo, EspoCRM. */
export const utcTime = z.string().transform((text, context) => {
  const time = localTime(text);
  if (time !== undefined) return new Date(time).toISOString();
  context.addIssue("Not a time without a zone.");
  return z.NEVER;
});

/** Seconds since 1970, as a number or text: Dolibarr. Zero and an empty text are no time. */
export const epochTime = z
  .union([z.int().positive().max(99_999_999_999), z.string().regex(/^[1-9]\d{0,10}$/)])
  .transform((seconds) => new Date(Number(seconds) * 1_000).toISOString());

/**
 * A time without a zone that is the platform's local one: Frappe.
 *
 * @param timeZone An IANA name that this machine knows.
 * @returns undefined where the text is no time.
 */
export function timeInZone(text: string, timeZone: string): string | undefined {
  const local = localTime(text);
  if (local === undefined) return undefined;
  // The offset at a moment is known, the moment is not: a second look corrects the first around a change of clocks.
  const near = local - offsetMs(local, timeZone);
  return new Date(local - offsetMs(near, timeZone)).toISOString();
}

/** The other way: `2026-03-14 14:56:53`, as such a platform's API takes it. */
export function textInZone(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(time);
}

/** Longer than any clock is ever turned back. */
const TURNED_BACK_MS_MAX = 3 * 60 * 60_000;

/**
 * The earliest that such a clock shows from this time on. An hour before a clock is turned back it shows more than it will afterwards: a
 * list from there on would leave out what changes when that hour comes for the second time.
 */
export function earliestTextInZone(since: Date, timeZone: string): string {
  const toSecond = (time: number) => Math.floor(time / SECOND_MS) * SECOND_MS;
  let before = toSecond(since.getTime());
  const offset = offsetMs(before, timeZone);
  let after = before + offset - offsetMs(before + TURNED_BACK_MS_MAX, timeZone);
  if (after <= before || offsetMs(after, timeZone) === offset) return textInZone(since, timeZone);
  // Closes in on the moment at which the clock is turned back.
  while (after - before > SECOND_MS) {
    const middle = toSecond((before + after) / 2);
    if (offsetMs(middle, timeZone) === offset) before = middle;
    else after = middle;
  }
  return textInZone(new Date(after), timeZone);
}

/** The zone of the platform's own clock, where its times say none. */
export const timeZoneSetting = z
  .string()
  .max(64)
  .refine(isTimeZone, "Give the time zone of the platform's settings by its IANA name, such as Asia/Colombo.")
  .default("UTC");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** What the clock shows, read as if it were UTC. */
function localTime(text: string): number | undefined {
  const [, day, clock] = WITHOUT_ZONE.exec(text) ?? [];
  const time = Date.parse(`${day}T${clock}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function offsetMs(time: number, timeZone: string): number {
  return (localTime(textInZone(new Date(time), timeZone)) ?? time) - time;
}
