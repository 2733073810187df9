import { z } from "zod";
import { fieldProblems, recipientSchema, refSchema, sourceSchema } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { DirectNotice } from "../messaging.ts";

const notice = z.strictObject({
  id: z
    .string({ error: "Give an idempotency key: the same key never makes a second message." })
    .regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, "Give a key of 1 to 256 characters, without control characters."),
  source: sourceSchema,
  // A security notice needs no consent, so that the host's own code must not be able to call a message one.
  purpose: z.enum(["order-updates", "account", "support"], {
    error: "Use order-updates, account or support.",
  }),
  entity: z.strictObject({
    type: z.enum(["order", "account"], { error: "Say whether it is about an order or an account." }),
    ref: refSchema,
    label: z.string({ error: "Give the label as text, or leave the field out." }).max(64).optional(),
  }),
  recipient: recipientSchema,
  template: z.string({ error: "Name the template." }).min(1, "Name the template."),
  params: z.record(z.string(), z.string({ error: "Give the value as text." })),
  occurredAt: z.date({ error: "Say when it happened." }),
});

/** Reads what a host calls `notify` with: its values come from outside. @throws WebxkeyError `invalid_input`. */
export function readNotice(given: unknown): DirectNotice {
  const read = notice.safeParse(given);
  if (read.success) return read.data as DirectNotice;
  throw new WebxkeyError("invalid_input", {
    detail: "The notice cannot be read; each field at fault is named.",
    fields: fieldProblems(read.error),
  });
}
