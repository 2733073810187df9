export { attemptOfMark, markOfAttempt } from "./attempt-mark.ts";
export type {
  AccountUpdateFact,
  Identities,
  IdentityChangeFact,
  InboundFact,
  InboundKind,
  InboundMedia,
  KeptAsideFact,
  MessageStatus,
  NumberUpdateFact,
  Pricing,
  StatusFact,
  TemplateCategoryFact,
  TemplateComponentsFact,
  TemplateQualityFact,
  TemplateStatusFact,
  UnknownFact,
  UserPreferenceFact,
  WhatsAppFact,
} from "./facts.ts";
export { factsFromChange } from "./from-webhook.ts";
export { WHATSAPP_LIMITS } from "./limits.ts";
export {
  type ButtonArgument,
  type HeaderArgument,
  type MediaSource,
  type TemplateArguments,
  type TemplateMessage,
  type TextArgument,
  templateMessageBody,
  type WhatsAppRecipient,
} from "./to-graph.ts";
