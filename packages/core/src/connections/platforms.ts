import type { WebhookConnector } from "../events/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";

/**
 * The connectors of an installation by their id.
 * @throws WebxkeyError `invalid_configuration` for one that could not work: better at the start than at the first order.
 */
export function platformsOf(connectors: readonly WebhookConnector[]): ReadonlyMap<string, WebhookConnector> {
  const byId = new Map(connectors.map((connector) => [connector.id, connector]));
  if (byId.size < connectors.length)
    throw new WebxkeyError("invalid_configuration", {
      detail: "Two connectors have the same id: leave one out.",
    });
  for (const { id, proof, api } of connectors) {
    if (proof.kind === "read_again" && !api) {
      const detail = `The connector ${id} believes no delivery and has no API to read again: give it one.`;
      throw new WebxkeyError("invalid_configuration", { detail });
    }
  }
  return byId;
}
