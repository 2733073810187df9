import * as z from "zod";
import { type Pii, pii } from "../../kernel/pii.ts";
import { storableText } from "../../kernel/storable-text.ts";
import type { GraphError } from "../../meta/index.ts";
import type { Identities } from "../facts.ts";

// Meta adds fields, leaves fields out and changes shapes without notice. Only what a fact cannot do without is
// required; anything else that looks wrong counts as absent.

/** An optional text; empty counts as absent. */
export const text = z.string().min(1).optional().catch(undefined);

/** A word of Meta's own that is looked for or stored as it is; what no database can hold becomes the nearest that one can. */
export const word = z.string().min(1).transform(storableText);

/** An optional personal text. */
export const personal = text.transform((value) => (value === undefined ? undefined : pii(value)));

/** An id, which Meta sends as a text or as a number. */
export const id = z.union([word, z.number().transform(String)]);

/** A text that Meta has sent as a number too (limits), or might (what it calls a person). */
export const textOrNumber = id.optional().catch(undefined);

const SECONDS_MAX = 253_402_300_799;

/** Seconds since 1970, as a text in messages and as a number elsewhere. */
export const instant = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
  ])
  .refine((seconds) => seconds > 0 && seconds <= SECONDS_MAX)
  .transform((seconds) => new Date(seconds * 1000))
  .optional()
  .catch(undefined);

/** A list of which each item is looked at for itself; anything else counts as empty. */
export const items = z.array(z.unknown()).catch([]);

export const graphErrors = z
  .array(
    z
      .object({
        // Meta's codes have at most seven digits; the column holds what an int does.
        code: z.int32(),
        title: text,
        message: text,
        error_data: z.object({ details: text }).optional().catch(undefined),
      })
      .transform(
        ({ code, title, message, error_data }): GraphError => ({
          code,
          message: masked(message ?? title),
          details: masked(error_data?.details),
        }),
      ),
  )
  .catch([]);

/**
 * Puts what Meta calls one person into identities. `address` is the field for phones, in which early drafts of the
 * business-scoped ids travelled too.
 */
export function identitiesOf(
  address: string | undefined,
  userId: string | undefined,
  parentUserId: string | undefined,
): Identities {
  const phone =
    address !== undefined && /^\+?\d{5,15}$/.test(address) ? `+${address.replace("+", "")}` : undefined;
  const bsuid = userId ?? (address !== undefined && /^[A-Z]{2}\.\w/.test(address) ? address : undefined);
  return { phone: masked(phone), bsuid: masked(bsuid), parentBsuid: masked(parentUserId) };
}

export function isSomebody({ phone, bsuid, parentBsuid }: Identities): boolean {
  return (phone ?? bsuid ?? parentBsuid) !== undefined;
}

export const contacts = z
  .array(
    z
      .object({
        wa_id: textOrNumber,
        user_id: text,
        parent_user_id: text,
        profile: z.object({ name: text }).optional().catch(undefined),
      })
      .catch({ wa_id: undefined, user_id: undefined, parent_user_id: undefined, profile: undefined }),
  )
  .catch([]);

export type Contact = z.output<typeof contacts>[number];

/** The contact of the same person, found by id: that the lists are aligned by index is nowhere promised. */
export function contactOf(
  list: readonly Contact[],
  waId: string | undefined,
  userId: string | undefined,
): Contact | undefined {
  return list.find(
    (contact) =>
      (waId !== undefined && contact.wa_id === waId) || (userId !== undefined && contact.user_id === userId),
  );
}

export function onlyOne<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

export function masked(value: string | undefined): Pii | undefined {
  return value === undefined ? undefined : pii(value);
}
