import { oc } from "@orpc/contract";
import { z } from "zod";
import { entityRef } from "../messages/contract.ts";
import { entityType, text, time, uuid } from "../wire.ts";

/** What a customer wrote to the shop's number. */
export const answerSummary = z.object({
  answer_id: uuid,
  /** `text`, `button`, `media` and so on, as Meta sorts it. */
  kind: z.string(),
  /** Their words, a caption or a button's label; null where there are none, or where the person was erased. */
  text: z.string().nullable(),
  /** Masked, as everywhere in a list. */
  from: z.string().nullable(),
  /** What it is about: what the message was about that they quote, or else the last one before it. */
  entity: entityRef.nullable(),
  message_id: uuid.nullable(),
  /** Whether they quoted that message or tapped on it. */
  quoted: z.boolean(),
  at: time,
  read_at: time.nullable(),
  read_by: z.string().nullable(),
});

export const answers = {
  list: oc
    .route({ method: "GET", path: "/v1/answers", tags: ["answers"] })
    .input(
      z.strictObject({
        unread: z.enum(["true", "false"]).optional(),
        entity_type: entityType.optional(),
        entity_ref: text(200).optional(),
        cursor: text(200).optional(),
        limit: z.coerce.number().int().min(1).max(100).optional(),
      }),
    )
    .output(
      z.object({
        answers: z.array(answerSummary),
        /** How many nobody has read, on this page or not. */
        unread: z.number(),
        next_cursor: z.string().nullable(),
      }),
    ),
  /** Marks answers as read. It tells the customer nothing. */
  read: oc
    .route({ method: "POST", path: "/v1/answers/read", tags: ["answers"] })
    .input(z.strictObject({ answer_ids: z.array(uuid).min(1).max(100) }))
    .output(z.object({ marked: z.number(), unread: z.number() })),
};

export type AnswerSummary = z.infer<typeof answerSummary>;
