import type { PlatformEntities, WebhookConnector } from "../events/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { isOutage, isWebxkeyError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import type { OpenConnection } from "./connection.ts";
import { connectionsOf, writeProblem } from "./connections-store.ts";
import { type ClaimedFact, claimFacts, parkFact, retryFactIn, settleFact } from "./fact-store.ts";
import { openConnection } from "./open-connection.ts";
import type { PlatformClients } from "./platform-client.ts";
import type { ProblemCode } from "./problem.ts";
import type { Tell, Told } from "./tell.ts";

/** Tries of a fact that cannot be read for no reason that passes, before it is parked: about twenty minutes. */
const FACT_TRIES_MAX = 12;
/** A platform that is away may come back; after the longest time for which any news is useful nobody waits for it. */
const PATIENCE_MS = 72 * 60 * 60_000;
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 5 * 60_000;
const PROBLEM_STEP_MS = 60_000;

export interface DrainPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Log;
  readonly platforms: ReadonlyMap<string, WebhookConnector>;
  readonly clients: PlatformClients;
  readonly tell: Tell;
}

/**
 * Takes facts that are due, reads each at its platform and publishes it. What fails is tried again later; a fact that keeps
 * failing is parked, so that it neither blocks the others nor is forgotten. Answers how many it took.
 */
export async function drainFacts(ports: DrainPorts): Promise<number> {
  const batch = await claimFacts(ports.db);
  const byConnection = Map.groupBy(
    batch,
    ({ workspaceId, connectionId }) => `${workspaceId} ${connectionId}`,
  );
  await Promise.all([...byConnection.values()].map((claimed) => drainConnection(ports, claimed)));
  return batch.length;
}

async function drainConnection(ports: DrainPorts, claimed: readonly ClaimedFact[]): Promise<void> {
  const [first] = claimed;
  if (!first) return;
  const [connection] = await connectionsOf(ports.db, first.workspaceId, { connectionId: first.connectionId });
  if (!connection) return;
  let opened: OpenConnection;
  let entities: PlatformEntities;
  try {
    opened = await openConnection(ports.keys, ports.platforms, connection);
    entities = askedEntities(opened, ports.clients);
  } catch (error) {
    if (isOutage(error)) throw error;
    for (const one of claimed) await putOff(ports, one, "settings_not_valid", error);
    return;
  }
  await Promise.all(claimed.map((one) => drainOne(ports, opened, entities, one)));
}

async function drainOne(
  ports: DrainPorts,
  connection: OpenConnection,
  entities: PlatformEntities,
  claimed: ClaimedFact,
): Promise<void> {
  const { fact, origin, deliveryId } = claimed;
  const evidence = deliveryId === null ? `read as ${fact.key}` : `delivery ${deliveryId}, read again`;
  const told = await toldOf(() => ports.tell(connection, fact, entities, { origin, evidence }));
  switch (told.kind) {
    case "published":
    case "nothing_to_tell":
      return await settleFact(ports.db, claimed, told.kind);
    case "no_event":
      return await park(ports, claimed, "not_an_event", told.error);
    case "unreadable": {
      const { error } = told;
      // Credentials that expired and a machine that is down are mended by people, who need longer than any count of tries.
      if (
        isWebxkeyError(error) &&
        (error.code === "platform_unavailable" || error.code === "platform_refused")
      )
        return await putOff(ports, claimed, error.code, error);
      if (claimed.attempts >= FACT_TRIES_MAX) return await park(ports, claimed, "not_readable", error);
      return await putOff(ports, claimed, "not_readable", error);
    }
  }
}

/** What fails here and not there is counted in the same way: a fact that nobody can publish is parked too. */
async function toldOf(tell: () => Promise<Told>): Promise<Told> {
  try {
    return await tell();
  } catch (error) {
    if (isOutage(error)) throw error;
    return { kind: "unreadable", error };
  }
}

/** The platform's API, as the translation asks it. */
function askedEntities({ platform, settings }: OpenConnection, clients: PlatformClients): PlatformEntities {
  const { api } = platform;
  if (!api) return { find: async () => undefined };
  const client = clients.to(api.baseUrl(settings));
  return { find: (kind, id) => api.find(client, settings, kind, id) };
}

/** Later, and longer each time, as long as anybody may want to hear it. */
async function putOff(
  ports: DrainPorts,
  claimed: ClaimedFact,
  code: ProblemCode,
  error: unknown,
): Promise<void> {
  const waitedMs = ports.clock.now().getTime() - claimed.receivedAt.getTime();
  if (waitedMs > PATIENCE_MS) return await park(ports, claimed, code, error);
  ports.log.warn("connection.fact_retry", {
    workspace_id: claimed.workspaceId,
    code,
    count: claimed.attempts,
    error,
  });
  await noteProblem(ports, claimed, code);
  await retryFactIn(ports.db, claimed, backOffMs(claimed.attempts), code);
}

async function park(
  ports: DrainPorts,
  claimed: ClaimedFact,
  code: ProblemCode,
  error: unknown,
): Promise<void> {
  ports.log.error("connection.fact_parked", { workspace_id: claimed.workspaceId, code, error });
  await noteProblem(ports, claimed, "parked");
  await parkFact(ports.db, claimed, code);
}

async function noteProblem(
  { db, clock }: DrainPorts,
  claimed: ClaimedFact,
  code: ProblemCode,
): Promise<void> {
  const now = clock.now();
  await writeProblem(db, claimed, code, now, new Date(now.getTime() - PROBLEM_STEP_MS));
}

function backOffMs(attempts: number): number {
  return Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** (attempts - 1));
}
