import { request } from "undici";
import { type GraphSimulator, simulatorClient } from "./client.ts";
import { SimulatorError } from "./simulator-error.ts";

const CALL_TIMEOUT_MS = 60_000;

/**
 * The client of a simulator that runs in another process. Closing it leaves that simulator running.
 * @example const simulator = connectGraphSimulator("http://127.0.0.1:4010");
 */
export function connectGraphSimulator(url: string): GraphSimulator {
  const base = url.replace(/\/+$/, "");
  return simulatorClient({
    url: base,
    async call(method, path, body) {
      const response = await request(`${base}/_simulator${path}`, {
        method,
        headersTimeout: CALL_TIMEOUT_MS,
        bodyTimeout: CALL_TIMEOUT_MS,
        ...(body === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      const answer = (await response.body.json()) as unknown;
      if (response.statusCode === 200) return answer;
      throw problemOf(response.statusCode, answer);
    },
    close: () => Promise.resolve(),
  });
}

function problemOf(status: number, answer: unknown): Error {
  const { detail } = answer as { detail?: string };
  const said = detail ?? `The simulator answered ${status}.`;
  return status === 400 || status === 404 || status === 409
    ? new SimulatorError(status, said)
    : new Error(said);
}
