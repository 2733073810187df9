export type { Basis, Behaviour } from "./simulator/behaviour.ts";
export { BEHAVIOURS, type BehaviourId, NOT_SIMULATED } from "./simulator/behaviours.ts";
export type { AcceptedFilter, GraphSimulator, SimulatedPhone, SwitchedFault } from "./simulator/client.ts";
export { connectGraphSimulator } from "./simulator/connect.ts";
export { demoAccount } from "./simulator/demo-account.ts";
export {
  type DemoLanguage,
  type DemoTemplate,
  type DemoTemplateName,
  demoTemplates,
} from "./simulator/demo-templates.ts";
export { FAULT_KINDS, type Fault, type FaultKind, type FaultRequest } from "./simulator/faults.ts";
export type { GraphRequestEntry } from "./simulator/graph/request-log.ts";
export type { OldMessage } from "./simulator/people/old-chats.ts";
export { USER_ID_MODES, type UserIdMode } from "./simulator/people/user-id-modes.ts";
export { demoSeed, type Seed } from "./simulator/seed.ts";
export type { StatusTimes } from "./simulator/simulation.ts";
export { SimulatorError } from "./simulator/simulator-error.ts";
export { type GraphSimulatorOptions, startGraphSimulator } from "./simulator/start.ts";
export type { TemplateComponent, TemplateStatus } from "./simulator/templates/definition.ts";
export type {
  AcceptedView,
  DeliveryView,
  PersonView,
  ReceivedView,
  SimulatorCounts,
  SimulatorState,
  StatusView,
  TemplateView,
  ThreadItem,
} from "./simulator/views.ts";
export { decodeWamid, encodeWamid, type WamidDirection } from "./simulator/wamid.ts";
export {
  startWebhookReceiver,
  type WebhookArrival,
  type WebhookReceiver,
} from "./simulator/webhook-receiver.ts";
export {
  type InboundMessage,
  type InboundOptions,
  inboundButton,
  inboundText,
  type StatusName,
  type StatusWebhookOptions,
  statusBatch,
  statusWebhook,
  userPreferences,
  type WebhookBody,
  type WebhookSender,
  type WebhookStatus,
} from "./simulator/webhooks/bodies.ts";
export {
  encodeWebhook,
  SIGNATURE_FLAWS,
  type SignatureFlaw,
  signWebhook,
} from "./simulator/webhooks/signature.ts";
