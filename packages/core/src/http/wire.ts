import { z } from "zod";

/** What the shapes of several features are made of. Names on the wire are snake_case; times are RFC 3339. */
export const time = z.iso.datetime({ offset: true });
export const uuid = z.uuid();
export const text = (charsMax: number) => z.string().trim().min(1).max(charsMax);

/** Why, as a code for programs and a sentence for people. */
export const reason = z.object({ code: z.string(), sentence: z.string() });

/** What messages are about. */
export const entityType = z.enum(["order", "account"]);
