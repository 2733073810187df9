import type { Channel } from "../channel.ts";
import { factsFromChange } from "./from-webhook.ts";
import { templateMessageBody } from "./to-graph.ts";

/** WhatsApp Cloud API. */
export function whatsapp(): Channel {
  return { templateMessageBody, factsFromChange };
}
