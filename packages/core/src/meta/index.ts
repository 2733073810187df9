export { type ErrorScope, type GraphReason, retryWaitMs } from "./error-decisions.ts";
export { decideOnFailedStatus, decideOnGraphError, type GraphDecision } from "./error-table.ts";
export { exchange, type LostReason, type NotSentReason } from "./exchange.ts";

export {
  debugToken,
  type GraphPhoneNumber,
  type GraphTemplate,
  getPhoneNumber,
  getSubscribedApps,
  listTemplates,
  type SentMessage,
  sendMessage,
  subscribeApp,
  type TokenFacts,
} from "./graph-calls.ts";
export {
  createGraphClient,
  GRAPH_CONNECTIONS_MAX,
  type GraphClient,
  type GraphCredentials,
} from "./graph-client.ts";
export { graphFailure } from "./graph-failure.ts";
export type { GraphError, GraphResult } from "./graph-outcome.ts";

export { isSignatureHeader, matchSignature, type SignatureKey } from "./signature.ts";
export { parseWebhookBody, splitWebhook, type WebhookChange } from "./webhook-envelope.ts";
