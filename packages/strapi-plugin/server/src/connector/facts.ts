import type { Fact, HostEventTranslation } from "@webxkey/core";
import { z } from "zod";
import { STATE_CHARS_MAX } from "../mapping/mapping.ts";

/**
 * What happens in Strapi, as facts. An entry has two kinds of act: it comes to be, once, and it comes into a state, for the
 * first, second or a later time. What they mean is the mapping's to say, when the fact is read.
 */

/** Strapi's `documentId`; the numeric id of a row changes when it is published again. */
const documentId = z.string().regex(/^[\w-]{1,100}$/);
const at = z.iso.datetime({ offset: true });
/** How often the order has come into this state, this time included. */
const nth = z.int().min(1);
const state = z.string().min(1).max(STATE_CHARS_MAX);

type FactsOf = HostEventTranslation<unknown>["facts"];

/** Facts of payloads of one shape; of any other, none. */
function factsOf<Payload extends z.ZodType>(
  payload: Payload,
  fact: (of: z.output<Payload>) => Fact,
): FactsOf {
  return (given) => {
    const read = payload.safeParse(given);
    return read.success ? [fact(read.data)] : [];
  };
}

/** Happens once to each entity. */
const once = (type: string): FactsOf =>
  factsOf(z.object({ documentId, at }), (of) => ({
    key: `${type}:${of.documentId}`,
    type,
    entityId: of.documentId,
    occurredAt: of.at,
  }));

export const HOST_FACTS = {
  "entry.created": once("entry.created"),
  "entry.state": factsOf(z.object({ documentId, state, nth, at }), (of) => ({
    key: `entry.state:${of.documentId}:${of.state}:${of.nth}`,
    type: "entry.state",
    entityId: of.documentId,
    state: of.state,
    occurredAt: of.at,
  })),
  "user.created": once("user.created"),
  "user.confirmed": once("user.confirmed"),
  // The token that Strapi makes for it is not looked at.
  "user.password_reset": factsOf(z.object({ documentId, at }), (of) => ({
    key: `user.password_reset:${of.documentId}:${Date.parse(of.at)}`,
    type: "user.password_reset",
    entityId: of.documentId,
    occurredAt: of.at,
  })),
} satisfies Record<string, FactsOf>;

export type HostEvent = keyof typeof HOST_FACTS;
