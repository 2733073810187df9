import type { Channel } from "../channel.ts";
import { recipientsOf } from "./from-answer.ts";
import { factsFromChange } from "./from-webhook.ts";
import { templateMessageBody } from "./to-graph.ts";

/** WhatsApp Cloud API. */
export function whatsapp(): Channel {
  return { templateMessageBody, recipientsOf, factsFromChange };
}
