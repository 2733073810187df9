export { type ChangedSource, changedPages, type ReadPage } from "./changed-pages.ts";
export {
  type ChangedConnection,
  type ConnectionDetail,
  type Connections,
  createConnections,
  type ListedConnection,
  type Shown,
} from "./connections.ts";
export { consentFieldSentence } from "./consent-fields.ts";
export { createDeliveries, type Deliveries } from "./deliveries.ts";
export { createDrain } from "./drain.ts";
export { type KeptFact, standingOf } from "./fact-standing.ts";
export { untoldFacts } from "./fact-store.ts";
export { createPlatformClients } from "./platform-client.ts";
export { platformsOf } from "./platforms.ts";
export { pollConnections } from "./poll.ts";
export { createPrivacyWishes } from "./privacy-wish.ts";
export { PROBLEMS, type ProblemCode, problemSentence, READING_PROBLEMS, stopsReading } from "./problem.ts";
export { isWrong, unreadableFacts } from "./problem-store.ts";
export { settingFields } from "./settings-form.ts";
export { createTell } from "./tell.ts";
