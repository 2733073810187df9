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
  "numbers-rewritten": {
    basis: "observed",
    says: "WhatsApp writes numbers of Brazil without the ninth digit, of Mexico with 1 and of Argentina with 9, in wa_id, recipient_id and from. That it does so for all area codes of Brazil is assumed; other numbers are rewritten where they are seeded with a waId.",
    source: "public issue threads",
  },
  "number-changes": {
    basis: "documented",
    says: "A new number comes as a system message user_changed_number from the old one, with a new user id. That people whose number is hidden cause only user_changed_user_id is assumed.",
    source: "WhatsApp webhooks",
  },
  "user-id-changes": {
    basis: "documented",
    says: "A new user id comes as a system message user_changed_user_id with previous_user_id and previous_parent_user_id, without from, wa_id and contacts.",
    source: "WhatsApp changelog",
  },
  "inbound-of-any-type": {
    basis: "documented",
    says: "Pictures with captions, edits, flow answers, list rows and whatever else a person sends come under the name of their type.",
    source: "WhatsApp webhooks",
  },
  standby: {
    basis: "documented",
    says: "While a business agent of Meta holds a chat, what the person writes comes under the field standby, until a message of the business that is no template takes the thread. That its value has the shape of messages, and what messaging_handovers holds, is assumed.",
    source: "WhatsApp changelog",
  },
  history: {
    basis: "documented",
    says: "Chats from before the number was connected come under the field history, each with the person's number and what both sides wrote. That from_me marks what the shop wrote is observed; that user ids stand beside from, and in the place of a hidden number, is assumed.",
    source: "WhatsApp webhooks",
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
