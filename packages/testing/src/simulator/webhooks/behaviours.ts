import type { Behaviour } from "../behaviour.ts";

/** Webhooks: who gets them, how they are signed, grouped and repeated. */
export const WEBHOOK_BEHAVIOURS = {
  "loopback-callbacks-only": {
    basis: "assumed",
    says: "Callback URLs must be on this machine, plain http is accepted. Meta wants https with a public certificate.",
    source: "the simulator's own rule",
  },
  "subscribe-app": {
    basis: "documented",
    says: "POST subscribes the token's app, DELETE ends it, an empty POST removes an override.",
    source: "WhatsApp webhooks",
  },
  "override-callback": {
    basis: "documented",
    says: "An override_callback_uri of the WABA replaces the app's callback. That it does so for every field is assumed.",
    source: "WhatsApp webhooks",
  },
  "override-needs-subscription": {
    basis: "observed",
    says: "An override is refused until the app is subscribed.",
    source: "one public issue",
  },
  "subscription-handshake": {
    basis: "documented",
    says: "The callback is asked with hub.mode, hub.challenge and hub.verify_token and must answer the challenge with 200. The refusal (2200) is observed.",
    source: "Graph API webhooks",
  },
  "escaped-unicode-body": {
    basis: "documented",
    says: "Bodies are JSON in ASCII with lower-case unicode escapes and escaped slashes.",
    source: "Messenger webhooks",
  },
  "signature-over-raw-bytes": {
    basis: "documented",
    says: "X-Hub-Signature-256 is HMAC-SHA256 of exactly the sent bytes under the app secret.",
    source: "Graph API webhooks",
  },
  "tampered-signature": {
    basis: "assumed",
    says: "Spoilt signatures: wrong, missing, short, upper case, another secret, another body.",
    source: "the simulator's own switch",
  },
  "webhook-batching": {
    basis: "documented",
    says: "One POST may carry up to 1,000 updates of several numbers and WABAs. How Meta groups them is assumed.",
    source: "WhatsApp webhooks",
  },
  "webhook-retry": {
    basis: "documented",
    says: "Anything but 200 is tried again at once, then in growing waits for up to seven days, with the same bytes. The waits are assumed.",
    source: "WhatsApp webhooks",
  },
  "webhook-before-response": {
    basis: "observed",
    says: "A status may arrive before the answer to the send.",
    source: "public issue threads",
  },
} as const satisfies Record<string, Behaviour>;
