export {
  ERROR_DECISIONS,
  type ErrorDecision,
  type ErrorScope,
  type GraphReason,
  type RetryWait,
  retryWaitMs,
} from "./error-decisions.ts";
export { decideOnFailedStatus, decideOnGraphError, type GraphDecision } from "./error-table.ts";
export type { NotSentReason } from "./exchange.ts";
export {
  type DebugTokenRequest,
  debugToken,
  type GraphPhoneNumber,
  type GraphTemplate,
  getPhoneNumber,
  getSubscribedApps,
  listTemplates,
  type SendMessageRequest,
  type SentMessage,
  type SubscribeAppRequest,
  type SubscribedApps,
  sendMessage,
  subscribeApp,
  type TemplateList,
  type TokenFacts,
  type WabaRequest,
} from "./graph-calls.ts";
export {
  createGraphClient,
  GRAPH_DEADLINE_MS,
  type GraphClient,
  type GraphClientOptions,
  type GraphCredentials,
  type GraphPost,
  type GraphRequest,
} from "./graph-client.ts";
export { graphFailure } from "./graph-failure.ts";
export type { GraphError, GraphHeaders, GraphOutcome, GraphResult, UnknownReason } from "./graph-outcome.ts";
export { GRAPH_VERSION_DEFAULT, graphVersionEnd, isGraphVersion } from "./graph-version.ts";
export { appSecretProof, matchSignature, type SignatureKey } from "./signature.ts";
export { parseWebhookBody, splitWebhook, type WebhookChange } from "./webhook-envelope.ts";
