/** Words that every part of the engine and its pages share. */

/** Lower-case letters, digits and dashes, at most 63 characters: it stands in addresses and key places. */
export const WORKSPACE_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a message is for. All but `account-security` need a consent of their own. */
export const PURPOSES = ["order-updates", "account", "account-security", "support", "marketing"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Whose word a consent is: a storefront's or a service's, that of somebody of the shop, or the person's own on the channel. */
export const ASSURANCES = ["claimed", "attested", "confirmed"] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** The life of a message, from the decision to the last status. */
export const MESSAGE_STATES = [
  "blocked",
  "held",
  "queued",
  "sending",
  "unknown",
  "accepted",
  "sent",
  "delivered",
  "read",
  "failed",
  "expired",
  "cancelled",
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];
