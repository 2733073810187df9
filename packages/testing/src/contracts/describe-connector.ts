import { type ConnectorSubject, connectorContract } from "./connector-contract.ts";

/** Just enough of vitest, jest, mocha and node:test. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Registers every clause as a test of its own. */
export function describeConnector<Host>(runner: TestRunner, subject: ConnectorSubject<Host>): void {
  runner.describe(`the connector ${subject.connector.id}`, () => {
    for (const { sentence, run } of connectorContract(subject)) runner.it(sentence, run);
  });
}
