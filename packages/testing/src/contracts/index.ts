export {
  type Clause,
  type ConnectorSubject,
  connectorContract,
  describeConnector,
  type TestRunner,
} from "./connector-contract.ts";
export type { Address, Happening, Occurrence } from "./happening.ts";
