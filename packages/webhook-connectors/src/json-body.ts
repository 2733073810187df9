import { type Delivery, type Json, parseUntrustedJson, type Told } from "@webxkey/core";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A delivery's JSON; undefined where it is none, nests deeper than 32, or has keys that could poison an object. */
export function jsonBody({ body }: Pick<Delivery, "body">): Json | undefined {
  try {
    return parseUntrustedJson(utf8.decode(body));
  } catch {
    return undefined;
  }
}

const TOPIC_CHARS_MAX = 100;

/** A topic that is not told of. It comes from outside and is shown to the merchant, so it is cut. */
export function unknownTopic(topic: string): Told {
  return { kind: "unknown_topic", topic: topic.slice(0, TOPIC_CHARS_MAX) };
}
