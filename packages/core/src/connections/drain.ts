import type { PlatformEntities, PlatformEntity, WebhookConnector } from "../events/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { isOutage } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Keys } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import { connectionsOf } from "./connections-store.ts";
import {
  type ClaimedFact,
  claimFacts,
  comeBack,
  connectionsDue,
  leaveAlone,
  parkFact,
  retryFactIn,
  settleFact,
} from "./fact-store.ts";
import { openConnection } from "./open-connection.ts";
import type { PlatformClients } from "./platform-client.ts";
import { type ProblemCode, readingProblem } from "./problem.ts";
import { readAgain, writeProblem } from "./problem-store.ts";
import { rememberStates, shownByRecords } from "./seen-states.ts";
import { recording, type Tell, type Told } from "./tell.ts";

/**
 * Reads facts at their platforms and publishes them.
 *
 * Every connection with something due has a lane of its own, which nobody else waits for: a shop that hangs holds up its own orders
 * and no others'. A workspace has at most a few lanes, so that one client's shops cannot take them all. A shop that cannot be read is
 * left alone, longer each time, and then tried with one fact: thousands of hints at an address that nobody answers cost one request
 * each time. Acts of one order are told one after another, in the order in which they happened.
 */

/** Connections that are read at once by this process. */
const LANES_MAX = 64;
/** Of one workspace. */
const WORKSPACE_LANES_MAX = 8;
/** Facts of one connection that are read at once; its platform gets four requests at a time. */
const LANE_FACTS_MAX = 10;
/** Batches before a lane ends and its connection waits its turn again. */
const LANE_ROUNDS_MAX = 20;
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

type At = Pick<Connection, "workspaceId" | "connectionId">;

export interface Drain {
  /** Starts a lane for each connection that has something due. Answers how many it started. */
  round(): Promise<number>;
  /** Waits until the lanes have ended. */
  drained(): Promise<void>;
}

/** @param freed called when a lane ended that had something to read: more may have come, and another connection may wait. */
export function createDrain(ports: DrainPorts, freed: () => void): Drain {
  const lanes = new Map<string, { readonly workspaceId: string; readonly ended: Promise<void> }>();
  let stopped = false;

  const keyOf = ({ workspaceId, connectionId }: At) => `${workspaceId} ${connectionId}`;
  const lanesOf = (workspaceId: string) =>
    [...lanes.values()].filter((lane) => lane.workspaceId === workspaceId).length;

  /** Answers whether it found anything to read. */
  async function lane(at: At): Promise<boolean> {
    for (let round = 0; round < LANE_ROUNDS_MAX && !stopped; round++) {
      const claimed = await claimFacts(ports.db, at, LANE_FACTS_MAX);
      if (claimed.length === 0) return round > 0;
      await readClaimed(ports, at, claimed);
    }
    return true;
  }

  return {
    async round() {
      if (lanes.size >= LANES_MAX) return 0;
      const due = await connectionsDue(ports.db, 2 * LANES_MAX);
      let started = 0;
      for (const at of due) {
        if (lanes.size >= LANES_MAX) break;
        if (lanes.has(keyOf(at)) || lanesOf(at.workspaceId) >= WORKSPACE_LANES_MAX) continue;
        const ended = lane(at)
          .catch((error: unknown) => {
            ports.log.error("connection.lane_failed", { workspace_id: at.workspaceId, error });
            return false;
          })
          .then((hasRead) => {
            lanes.delete(keyOf(at));
            if (hasRead) freed();
          });
        lanes.set(keyOf(at), { workspaceId: at.workspaceId, ended });
        started += 1;
      }
      return started;
    },
    async drained() {
      stopped = true;
      await Promise.all([...lanes.values()].map(({ ended }) => ended));
    },
  };
}

async function readClaimed(ports: DrainPorts, at: At, claimed: readonly ClaimedFact[]): Promise<void> {
  const [connection] = await connectionsOf(ports.db, at.workspaceId, { connectionId: at.connectionId });
  if (!connection) return;
  let opened: OpenConnection;
  let entities: PlatformEntities;
  try {
    opened = await openConnection(ports.keys, ports.platforms, connection);
    entities = entitiesOf(opened, ports.clients);
  } catch (error) {
    if (isOutage(error)) throw error;
    for (const one of claimed) await putOff(ports, one, error);
    await leaveAlone(ports.db, at, BACK_OFF);
    return;
  }
  const read: PlatformEntity[] = [];
  const noted = recording(entities, read);
  const outcomes = await Promise.all(claimed.map((one) => readFact(ports, opened, noted, one)));
  await rememberStates(ports.db, opened, shownByRecords(opened, read), ports.clock.now());
  await noteReading(ports, at, outcomes);
}

const BACK_OFF = { backOffMsMin: BACK_OFF_MS_MIN, backOffMsMax: BACK_OFF_MS_MAX };

/** `done`: nothing more is to be read of it. `away`: the shop as a whole cannot be read. */
export type FactOutcome = "done" | "put_off" | "away";

/** Whether the shop could be read, as one batch found it. */
export async function noteReading(
  { db }: Pick<DrainPorts, "db">,
  at: At,
  outcomes: readonly FactOutcome[],
): Promise<void> {
  if (outcomes.includes("away")) return await leaveAlone(db, at, BACK_OFF);
  if (!outcomes.every((outcome) => outcome === "done")) return;
  await comeBack(db, at);
  await readAgain(db, at);
}

/** Reads a fact that this process holds, publishes it, and writes down what became of it. */
export async function readFact(
  ports: DrainPorts,
  connection: OpenConnection,
  entities: PlatformEntities,
  claimed: ClaimedFact,
): Promise<FactOutcome> {
  const { fact, origin, deliveryId } = claimed;
  const evidence = deliveryId === null ? `read as ${fact.key}` : `delivery ${deliveryId}, read again`;
  const told = await toldOf(() => ports.tell(connection, fact, entities, { origin, evidence }));
  switch (told.kind) {
    case "published":
    case "nothing_to_tell":
      await settleFact(ports.db, claimed, told.kind);
      return "done";
    case "no_event":
      await park(ports, claimed, "not_an_event", told.error);
      return "done";
    case "unreadable": {
      const { code, ofShop } = readingProblem(told.error);
      // Credentials that expired and a shop that is down are mended by people, who need longer than any count of tries.
      const isPatient = ofShop || code === "answer_unreadable";
      if (!isPatient && claimed.attempts >= FACT_TRIES_MAX) {
        await park(ports, claimed, code, told.error);
        return "done";
      }
      await putOff(ports, claimed, told.error);
      return ofShop ? "away" : "put_off";
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

/**
 * The platform's records, as the translation asks for them.
 *
 * @param brought what was read already, which is not asked for again.
 */
export function entitiesOf(
  { platform, settings, consentMapping }: OpenConnection,
  clients: PlatformClients,
  brought: readonly PlatformEntity[] = [],
): PlatformEntities {
  const { api } = platform;
  const fields = consentMapping.map(({ field }) => field);
  const client = api && clients.to(api.baseUrl(settings));
  return {
    async find(kind, id) {
      const known = brought.find((entity) => entity.kind === kind && entity.id === id);
      if (known) return known.value;
      return client && (await api.find(client, settings, kind, id, fields));
    },
  };
}

/** Later, and longer each time, as long as anybody may want to hear it. */
async function putOff(ports: DrainPorts, claimed: ClaimedFact, error: unknown): Promise<void> {
  const { code, detail, ofShop } = readingProblem(error);
  const waitedMs = ports.clock.now().getTime() - claimed.receivedAt.getTime();
  if (waitedMs > PATIENCE_MS) return await park(ports, claimed, code, error);
  ports.log.warn("connection.fact_retry", {
    workspace_id: claimed.workspaceId,
    code,
    count: claimed.attempts,
    error,
  });
  await noteProblem(ports, claimed, code, detail);
  // A shop that is away is left alone as a whole, longer each time.
  await retryFactIn(ports.db, claimed, ofShop ? BACK_OFF_MS_MIN : backOffMs(claimed.attempts), code);
}

async function park(
  ports: DrainPorts,
  claimed: ClaimedFact,
  code: ProblemCode,
  error: unknown,
): Promise<void> {
  ports.log.error("connection.fact_parked", { workspace_id: claimed.workspaceId, code, error });
  await noteProblem(ports, claimed, "parked", null);
  await parkFact(ports.db, claimed, code);
}

async function noteProblem(
  { db, clock }: DrainPorts,
  at: At,
  code: ProblemCode,
  detail: string | null,
): Promise<void> {
  const now = clock.now();
  await writeProblem(db, at, { code, detail }, now, new Date(now.getTime() - PROBLEM_STEP_MS));
}

function backOffMs(attempts: number): number {
  return Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_MIN * 2 ** (attempts - 1));
}
