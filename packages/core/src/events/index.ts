export { currencyDecimals } from "../kernel/currency-decimals.ts";
export {
  type Connector,
  type ConnectorDefinition,
  defineConnector,
  type Fact,
  type HostEventTranslation,
  type SeenState,
} from "./connectors.ts";
export {
  type EntityRef,
  type EventOf,
  entityOf,
  type ParsedEvent,
  type PlatformEvent,
  parseEvent,
  sampleEvent,
  sourceSchema,
} from "./envelope.ts";
export { fieldProblems } from "./field-problems.ts";
export { canonicalLocale, readLocale } from "./locale.ts";
export { formatMoney, type Money, moneyFromMajorUnits } from "./money.ts";
export type { OrderWriter, WriteBack } from "./order-writer.ts";
export { isStaleAfter, isUntrueAfter, OVERTAKING_TYPES } from "./overtaking.ts";
export { plainText, shortened } from "./plain-text.ts";
export { type Recipient, recipient as recipientSchema, ref as refSchema } from "./shapes.ts";
export { knownCode } from "./shown-text.ts";
export {
  dataSchemaOf,
  EVENT_TYPES,
  type EventData,
  type EventType,
  isEventType,
  VOCABULARY,
} from "./vocabulary.ts";
export type {
  ChangedPage,
  ChangedQuery,
  ConnectedShop,
  Delivery,
  DeliveryProof,
  HostAct,
  PlatformAdvice,
  PlatformAnswer,
  PlatformApi,
  PlatformClient,
  PlatformEntities,
  PlatformEntity,
  PlatformSetup,
  PrivacyWish,
  Told,
  UnreadableEntity,
  WebhookConnector,
} from "./webhook-connector.ts";
