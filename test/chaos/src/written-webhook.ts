import { encodeWebhook, inboundText } from "@webxkey/testing";
import { phoneOf } from "./orders.ts";

/** The webhook of a text that the n-th customer wrote just now. */
export function writtenBy(n: number, text: string): Buffer {
  const atSeconds = Math.floor(Date.now() / 1_000);
  return encodeWebhook(inboundText({ phone: phoneOf(n), text, wamid: `wamid.written_${n}`, atSeconds }));
}
