import { busyShop, type ExampleShop, message } from "./example-shop.ts";

export const NO_TOKEN = {
  code: "sender_token_invalid",
  sentence: "Waiting for a new access token. It will be sent by itself.",
};

const GUARDED = { code: "burst_guard", sentence: "Needs your decision: far more than usual in this hour." };

/** Twelve messages that one guard holds, one of another automation, and one that waits for a token. */
export function burstShop(): ExampleShop {
  const held = Array.from({ length: 12 }, (_, n) => message(40 - n, "held", { reason: GUARDED }));
  const other = message(20, "held", { rule_id: "refund", event_type: "order.refunded", reason: GUARDED });
  const waiting = message(19, "held", { reason: NO_TOKEN, actions: ["cancel"] });
  return { ...busyShop(), messages: [...held, other, waiting] };
}

/** A shop whose failed message may be sent again. */
export function failedShop(): ExampleShop {
  const { messages, ...rest } = busyShop();
  return {
    ...rest,
    messages: messages.map((one) => (one.state === "failed" ? { ...one, actions: ["resend"] } : one)),
  };
}
