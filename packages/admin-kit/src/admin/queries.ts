import type { EntityType } from "../messages/message-view.ts";

/** The name of everything that is read, so that a change knows what to read again. */
export const queryKeys = {
  me: ["me"],
  access: ["access"],
  alerts: ["alerts"],
  team: ["team"],
  senders: ["senders"],
  templates: ["templates"],
  settings: ["settings"],
  rules: ["rules"],
  mapping: ["mapping"],
  intake: ["intake"],
  answers: ["answers"],
  answersUnread: (only: boolean) => ["answers", only],
  answersAbout: (type: EntityType, ref: string) => ["answers", type, ref],
  unsure: ["unsure"],
  unsureCount: ["unsure", "count"],
  unsureCases: (open: number) => ["unsure", "cases", open],
  messages: ["messages"],
  messageList: (filter: string | null) => ["messages", "list", filter],
  messagesThatNeedYou: ["messages", "needs_decision"],
  message: (messageId: string) => ["messages", "timeline", messageId],
  entity: (type: EntityType, ref: string) => ["messages", "entity", type, ref],
  consents: (type: EntityType, ref: string) => ["consents", type, ref],
} as const;
