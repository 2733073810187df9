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

const UNSURE = {
  code: "opt_out_unsure",
  sentence:
    "Waiting: the customer may have asked to stop. Read what they wrote in the list of unsure messages, and decide there.",
};

/** Two customers wrote what may mean stop; a message waits for the first. */
export function unsureShop(): ExampleShop {
  const { messages, ...rest } = busyShop();
  const waiting = message(8, "held", { reason: UNSURE, actions: ["cancel"], recipient: "+1*******70" });
  return {
    ...rest,
    messages: [waiting, ...messages],
    unsure: [
      {
        case_id: "0193b5a0-0000-7000-8000-00000000b001",
        text: "STOP I never ordered anything",
        from: "+1*******70",
        written_at: "2025-11-23T12:50:00Z",
        held: 1,
      },
      {
        case_id: "0193b5a0-0000-7000-8000-00000000b002",
        text: "cancel",
        from: "+1*******71",
        written_at: "2025-11-23T13:40:00Z",
        held: 0,
      },
    ],
  };
}
