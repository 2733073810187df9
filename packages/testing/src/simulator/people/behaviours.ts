import type { Behaviour } from "../behaviour.ts";

/** The people with the phones: who they are to a business, and what they do. */
export const PEOPLE_BEHAVIOURS = {
  "user-id-modes": {
    basis: "documented",
    says: "Four kinds of people: legacy, default, username with phone, username without.",
    source: "business-scoped user ids",
  },
  "user-id-per-portfolio": {
    basis: "documented",
    says: "The same person has another user id in every portfolio.",
    source: "business-scoped user ids",
  },
  "phone-omitted-not-empty": {
    basis: "documented",
    says: "A phone that is not shown is left out, not empty. When it is shown is a switch of the person here, not derived from the history.",
    source: "business-scoped user ids",
  },
  "inbound-text": {
    basis: "documented",
    says: "Texts come with contacts, from, from_user_id and context when they answer a message.",
    source: "WhatsApp webhooks",
  },
  "inbound-button": {
    basis: "documented",
    says: "A template's quick reply comes as button with its payload, an interactive reply as button_reply or list_reply.",
    source: "WhatsApp webhooks",
  },
  "user-preferences": {
    basis: "documented",
    says: "Stop and resume of marketing come as user_preferences.",
    source: "WhatsApp webhooks",
  },
} as const satisfies Record<string, Behaviour>;
