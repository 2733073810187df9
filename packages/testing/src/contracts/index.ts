export {
  type Clause,
  type ConnectorSubject,
  connectorContract,
  type PhonePlace,
} from "./connector-contract.ts";
export { describeConnector, type TestRunner } from "./describe-connector.ts";
export type { Address, Happening, Occurrence } from "./happening.ts";
export { type OrderWriterSubject, orderWriterContract } from "./order-writer-contract.ts";
export { type PolledShop, type PollSubject, pollContract } from "./poll-contract.ts";
