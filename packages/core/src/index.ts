export {
  isSignedWith,
  isTimely,
  mayBeSigned,
  newSigningSecret,
  type Role,
  readSignedDelivery,
  signingBytes,
  signingSecretProblem,
} from "./access/index.ts";
export {
  type AlertMessage,
  type AlertOutlet,
  type AlertWebhookOptions,
  alertWebhook,
} from "./alerts/index.ts";
export type { Actor } from "./audit/index.ts";
export {
  type ChangedSource,
  changedPages,
  consentFieldSentence,
  type ReadPage,
} from "./connections/index.ts";
export { createMessaging } from "./create-messaging.ts";
export {
  type ChangedPage,
  type ChangedQuery,
  type ConnectedShop,
  type Connector,
  type ConnectorDefinition,
  currencyDecimals,
  type Delivery,
  type DeliveryProof,
  defineConnector,
  EVENT_TYPES,
  type EventData,
  type EventOf,
  type EventType,
  type Fact,
  formatMoney,
  type HostAct,
  type HostEventTranslation,
  isUntrueAfter,
  knownCode,
  type Money,
  moneyFromMajorUnits,
  type OrderWriter,
  type PlatformAdvice,
  type PlatformAnswer,
  type PlatformApi,
  type PlatformClient,
  type PlatformEntities,
  type PlatformEntity,
  type PlatformEvent,
  type PlatformSetup,
  type PrivacyWish,
  parseEvent,
  type Recipient,
  readLocale,
  type SeenState,
  sampleEvent,
  type Told,
  type UnreadableEntity,
  type WebhookConnector,
  type WriteBack,
} from "./events/index.ts";
export { problemResponse } from "./http/problem.ts";
export { type Clock, systemClock } from "./kernel/clock.ts";
export { ERROR_CODES, type ErrorCode } from "./kernel/error-codes.ts";
export { type FieldProblem, isWebxkeyError, WebxkeyError } from "./kernel/errors.ts";
export { type Json, parseUntrustedJson } from "./kernel/json.ts";
export { chooseLanguage } from "./kernel/languages.ts";
export { createLog, type Log, type LogFields, type LogOptions } from "./kernel/log.ts";
export { type PhoneResult, parsePhone } from "./kernel/phone.ts";
export { type Secret, secret } from "./kernel/secret.ts";
export type {
  Caller,
  ClaimGiver,
  ConsentClaim,
  ConsentFieldChange,
  ConsentTakenBack,
  DirectNotice,
  HostEntity,
  Messaging,
  OrderConsents,
  OrderOfPerson,
  PublishedIntent,
  PublishOptions,
  PublishResult,
  UnusableClaim,
  Worker,
} from "./messaging.ts";
export type { ConsentWording, MessagingOptions } from "./options.ts";
export { type OnStep, SEND_STEPS, type SendStep, type SendWindows } from "./outbox/windows.ts";
export {
  defineRule,
  defineTemplate,
  directRuleId,
  type MessagePreview,
  type Rule,
  type RuleContext,
  type RuleDefinition,
  starterRules,
  type Template,
} from "./rules/index.ts";
export { type PgliteOptions, type PostgresOptions, pglite, postgres } from "./storage/index.ts";
