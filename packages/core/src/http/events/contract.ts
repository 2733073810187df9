import { oc } from "@orpc/contract";
import { z } from "zod";
import { MESSAGE_STATES } from "../../kernel/vocabulary.ts";
import { reason, uuid } from "../wire.ts";

/** What everybody sends; the data of each type is checked by the vocabulary, which says what is missing. */
const cloudEvent = z.unknown().meta({
  type: "object",
  required: ["specversion", "id", "source", "type", "time", "data"],
  properties: {
    specversion: { type: "string", const: "1.0" },
    id: {
      type: "string",
      description: "With `source` the idempotency key: used again with another body it is refused.",
    },
    source: {
      type: "string",
      format: "uri-reference",
      description:
        "The system that the event comes from. Not that of a connected shop, which speaks for itself.",
    },
    type: { type: "string", examples: ["order.placed"] },
    time: { type: "string", format: "date-time" },
    donotnotify: { type: "boolean" },
    data: { type: "object" },
  },
  description: "A CloudEvents 1.0 event of the vocabulary, in structured JSON mode.",
});

export const events = {
  publish: oc
    .route({ method: "POST", path: "/v1/events", successStatus: 202, tags: ["events"] })
    .input(cloudEvent)
    .output(
      z.object({
        event_id: z.string(),
        seen_before: z.boolean(),
        intents: z.array(
          z.object({
            message_id: uuid,
            rule_id: z.string(),
            state: z.enum(MESSAGE_STATES),
            reason: reason.nullable(),
          }),
        ),
      }),
    ),
};
