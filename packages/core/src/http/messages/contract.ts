import { oc } from "@orpc/contract";
import { z } from "zod";
import { MESSAGE_STATES, PURPOSES } from "../../kernel/vocabulary.ts";
import { entityType, reason, text, time, uuid } from "../wire.ts";

export const TIMELINE_KINDS = [
  "event_seen",
  "decided",
  "held",
  "released",
  "cancelled",
  "attempted",
  "answered",
  "settled",
  "status",
  "duplicated",
  "reply",
  "consent",
] as const;

const MESSAGE_ACTIONS = ["release", "cancel", "resend"] as const;
/** `needs_decision`: until a person releases or cancels it. `waiting`: until what it waits for is mended. */
const HOLDS = ["needs_decision", "waiting"] as const;

export const entityRef = z.object({
  type: entityType,
  ref: z.string(),
  label: z.string().nullable(),
});

export const messageSummary = z.object({
  message_id: uuid,
  event_type: z.string(),
  entity: entityRef,
  rule_id: z.string(),
  purpose: z.enum(PURPOSES),
  channel: z.enum(["whatsapp"]),
  template: z.string(),
  language: z.string().nullable(),
  state: z.enum(MESSAGE_STATES),
  reason: reason.nullable(),
  /** What a person may decide about it now. A hold without `release` ends by itself. */
  actions: z.array(z.enum(MESSAGE_ACTIONS)),
  /** Until when its news is useful: nothing is sent after it. */
  useful_until: time,
  /** Masked: `+1*******34`. A full number is never in a list. */
  recipient: z.string().nullable(),
  created_at: time,
  updated_at: time,
});

export const timelineEntry = z.object({
  at: time,
  kind: z.enum(TIMELINE_KINDS),
  /** One sentence for a person, complete in itself. */
  sentence: z.string(),
  message_id: uuid.nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const timeline = z.object({ message: messageSummary, entries: z.array(timelineEntry) });

/** All that is known of one order or account, oldest first, over all its messages. */
export const entityTimeline = z.object({
  entity: entityRef,
  messages: z.array(messageSummary),
  entries: z.array(timelineEntry),
});

const pageInput = { cursor: text(200).optional(), limit: z.coerce.number().int().min(1).max(100).optional() };
const nextCursor = z.string().nullable();

const reasonCode = z.string().regex(/^[\w-]{1,60}$/, "a reason's code, such as burst_guard");

const heldMessages = z.union(
  [
    z.strictObject({ message_ids: z.array(uuid).min(1).max(300) }),
    z.strictObject({ reason: reasonCode, rule_id: text(120).optional() }),
  ],
  "name message_ids, at most 300, or the reason of the hold and a rule_id where only its messages are meant",
);

const decided = z.object({
  message_ids: z.array(uuid),
  /** There are more of them: call again. */
  more: z.boolean(),
});

export const messages = {
  list: oc
    .route({ method: "GET", path: "/v1/messages", tags: ["messages"] })
    .input(
      z.strictObject({
        ...pageInput,
        state: z.enum(MESSAGE_STATES).optional(),
        hold: z.enum(HOLDS).optional(),
        reason: reasonCode.optional(),
        rule_id: text(120).optional(),
        entity_type: entityType.optional(),
        entity_ref: text(200).optional(),
      }),
    )
    .output(z.object({ messages: z.array(messageSummary), next_cursor: nextCursor })),
  timeline: oc
    .route({ method: "GET", path: "/v1/messages/{message_id}/timeline", tags: ["messages"] })
    .input(z.strictObject({ message_id: uuid }))
    .output(timeline),
  release: oc
    .route({ method: "POST", path: "/v1/messages/{message_id}/release", tags: ["messages"] })
    .input(z.strictObject({ message_id: uuid }))
    .output(messageSummary),
  cancel: oc
    .route({ method: "POST", path: "/v1/messages/{message_id}/cancel", tags: ["messages"] })
    .input(z.strictObject({ message_id: uuid }))
    .output(messageSummary),
  /** Sends one again that failed or was not sent: a new attempt of the same message, while its news is useful. */
  resend: oc
    .route({ method: "POST", path: "/v1/messages/{message_id}/resend", tags: ["messages"] })
    .input(z.strictObject({ message_id: uuid }))
    .output(messageSummary),
  /** Releases many held messages at once: those named, or those that wait for one reason. */
  releaseHeld: oc
    .route({ method: "POST", path: "/v1/messages/release", tags: ["messages"] })
    .input(heldMessages)
    .output(decided),
  cancelHeld: oc
    .route({ method: "POST", path: "/v1/messages/cancel", tags: ["messages"] })
    .input(heldMessages)
    .output(decided),
};

export const entities = {
  timeline: oc
    .route({ method: "GET", path: "/v1/entities/{entity_type}/{entity_ref}/timeline", tags: ["messages"] })
    .input(z.strictObject({ entity_type: entityType, entity_ref: text(200) }))
    .output(entityTimeline),
};

export type MessageSummary = z.infer<typeof messageSummary>;
export type TimelineEntry = z.infer<typeof timelineEntry>;
export type EntityTimeline = z.infer<typeof entityTimeline>;
