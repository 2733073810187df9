import type { PlatformEntity } from "@webxkey/core";
import { z } from "zod";

/** Fields of platforms' records. What is optional never spoils a record: a field of another type is as good as none. */

/** A running number as a platform's database gives it, as a number or text: 1 to 2^53 - 1. */
export const numberId = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,15}$/)])
  .transform(String)
  .refine((digits) => Number.isSafeInteger(Number(digits)));

/** The same in a body that nobody signed: at most 2^31 - 1, which is what these databases can hold. */
export const rowId = numberId.refine((digits) => Number(digits) <= 2 ** 31 - 1);

const PHONE_LIKE = /^\d{7,15}$/;

/**
 * An id of letters and digits. A text that could be a phone number is none, nor is an e-mail address, because ids are kept in the
 * clear.
 */
export const codeId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/)
  .refine((text) => !PHONE_LIKE.test(text.replaceAll(/[._-]/g, "")));

export const optionalText = z.string().max(10_000).nullish().catch(null);

/** An amount in major units, as a number or text. */
export const majorUnits = z.union([z.number(), z.string().max(40)]);

/** What people know an order by. */
export const orderCode = z.union([z.string().min(1).max(64), z.int().transform(String)]);

export type OptionalText = z.output<typeof optionalText>;

/** The value of a field by its path in dots, through own keys only: `__proto__` and `constructor` are fields like any other. */
export function ownField(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

/** For platforms whose custom fields lie in the record itself: `WebhookConnector.fieldOf`. */
export function fieldOf({ value }: Pick<PlatformEntity, "value">, field: string): unknown {
  return ownField(value, field);
}
