import type { ChangedQuery, PlatformApi, PlatformEntity } from "../events/index.ts";
import { isOutage } from "../kernel/errors.ts";
import { changedPages, type ReadPage, type UnreadableRecord } from "./changed-pages.ts";
import type { OpenConnection } from "./connection.ts";
import { connectionsToPoll, type SealedConnection, writePolled } from "./connections-store.ts";
import { type DrainPorts, entitiesOf, type FactOutcome, noteReading, readFact } from "./drain.ts";
import { isStorableId, kindOf } from "./fact-limits.ts";
import { type ClaimedFact, comeBack, recordFacts } from "./fact-store.ts";
import { openConnection } from "./open-connection.ts";
import { readingProblem } from "./problem.ts";
import { endProblems, noteSilence, readAgain, unreadableRecords, writeProblem } from "./problem-store.ts";
import { rememberStates, shownByRecords, withoutSeenBefore } from "./seen-states.ts";

/**
 * How far before the last change that was seen the next poll begins: a platform stamps a row when it is written, and shows it
 * when its transaction commits. One that took this long is still found.
 */
const POLL_OVERLAP_MS = 10 * 60_000;
/** Connections that are polled at once: one that hangs holds up no other. */
const AT_ONCE_MAX = 8;
/** Within the time that a chore has: the rest comes first in the next run. */
const RUN_MS_MAX = 90_000;
/** Of one connection; a longer history goes on in the next run. */
const CONNECTION_MS_MAX = 45_000;
/** Orders of one page that are told at once. */
const ORDERS_AT_ONCE = 10;
/** How long a record that cannot be read is tried: the longest time for which any news is useful. */
const UNREADABLE_MS_MAX = 72 * 60 * 60_000;
const PAGE_MAX = 100;

type PolledApi = PlatformApi<unknown> & Required<Pick<PlatformApi<unknown>, "changed" | "actsOf">>;

export type PollPorts = DrainPorts;

/**
 * Looks for what platforms did not tell: a webhook is given up after some failures, and some platforms never try twice. Begins at
 * the moment of the connection, never earlier. What is found goes the way of what is told, under the same key.
 */
export async function pollConnections(ports: PollPorts): Promise<void> {
  const polled = [...ports.platforms.values()]
    .filter(({ api }) => api?.changed && api.actsOf)
    .map(({ id }) => id);
  const left = await connectionsToPoll(ports.db, polled);
  const begun = performance.now();
  let found = 0;
  const next = async (): Promise<void> => {
    for (;;) {
      const connection = performance.now() - begun < RUN_MS_MAX ? left.shift() : undefined;
      if (!connection) return;
      found += await pollConnection(ports, connection);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, next));
  if (found > 0) ports.log.info("poll.found", { count: found });
}

/**
 * Polls one shop and tells what it finds. One that cannot be read must not hide the others: that is noted as the connection's problem,
 * and the next poll begins after what was read. Answers how many facts it found.
 */
export async function pollConnection(ports: PollPorts, connection: SealedConnection): Promise<number> {
  const reached = { at: connection.pollFrom, found: 0 };
  try {
    const opened = await openConnection(ports.keys, ports.platforms, connection);
    const isWhole = await readShop(ports, opened, reached);
    await comeBack(ports.db, connection);
    await readAgain(ports.db, connection);
    await writePolled(ports.db, connection, nextFrom(connection, reached.at, isWhole, ports.clock.now()));
  } catch (error) {
    if (isOutage(error)) throw error;
    const { code, detail } = readingProblem(error);
    ports.log.error("poll.failed", { workspace_id: connection.workspaceId, reason: code, error });
    await writeProblem(ports.db, connection, { code, detail }, ports.clock.now());
    await writePolled(ports.db, connection, nextFrom(connection, reached.at, false, ports.clock.now()));
  }
  return reached.found;
}

/** Asks for one id: whether the shop can be read, and what stands in the way. A platform without an API is taken at its word. */
export async function tryShop(ports: PollPorts, connection: SealedConnection): Promise<void> {
  try {
    const { platform, settings } = await openConnection(ports.keys, ports.platforms, connection);
    const { api } = platform;
    if (!api?.changed) return;
    const query = { since: ports.clock.now(), skip: 0, limit: 1, only: "ids", fields: [] } as const;
    await api.changed(ports.clients.to(api.baseUrl(settings)), settings, query);
    await comeBack(ports.db, connection);
    await readAgain(ports.db, connection);
  } catch (error) {
    if (isOutage(error)) throw error;
    const { code, detail } = readingProblem(error);
    await writeProblem(ports.db, connection, { code, detail }, ports.clock.now());
  }
}

/** Answers whether it read to the end. */
async function readShop(
  ports: PollPorts,
  connection: OpenConnection,
  reached: { at: Date; found: number },
): Promise<boolean> {
  const api = connection.platform.api as PolledApi;
  const client = ports.clients.to(api.baseUrl(connection.settings));
  const fields = connection.consentMapping.map(({ field }) => field);
  const source = {
    pageMax: api.pageMax ?? PAGE_MAX,
    changed: (query: Omit<ChangedQuery, "fields">) =>
      api.changed(client, connection.settings, { ...query, fields }),
    find: (kind: string, id: string) => api.find(client, connection.settings, kind, id, fields),
  };
  const begun = performance.now();
  reached.found += await readUnreadable(ports, connection, source.find);
  for await (const page of changedPages(source, connection.pollFrom)) {
    reached.found += await takePage(ports, connection, page);
    reached.at = page.readTo;
    if (performance.now() - begun > CONNECTION_MS_MAX) return false;
  }
  return true;
}

/** Records that spoiled a page before, by themselves: nobody would ask for them again. */
async function readUnreadable(
  ports: PollPorts,
  connection: OpenConnection,
  find: (kind: string, id: string) => Promise<unknown>,
): Promise<number> {
  const now = ports.clock.now();
  const noticedAfter = new Date(now.getTime() - UNREADABLE_MS_MAX);
  let found = 0;
  for (const { kind, id } of await unreadableRecords(ports.db, connection, noticedAfter)) {
    try {
      const value = await find(kind, id);
      if (value !== undefined) found += await takeEntities(ports, connection, [{ kind, id, value }]);
      await endProblems(ports.db, connection, ["order_unreadable"], [id]);
    } catch (error) {
      if (isOutage(error) || readingProblem(error).ofShop) throw error;
      await noteUnreadable(ports, connection, { kind, id, error });
    }
  }
  return found;
}

async function takePage(ports: PollPorts, connection: OpenConnection, page: ReadPage): Promise<number> {
  const now = ports.clock.now();
  for (const record of page.unreadable) await noteUnreadable(ports, connection, record);
  if (page.cut) await writeProblem(ports.db, connection, { code: "poll_behind" }, now);
  return await takeEntities(ports, connection, page.entities);
}

async function noteUnreadable(
  { db, clock }: PollPorts,
  connection: OpenConnection,
  { kind, id, error }: UnreadableRecord,
): Promise<void> {
  const isNamed = id !== undefined && isStorableId(id);
  const { detail } = readingProblem(error);
  await writeProblem(
    db,
    connection,
    { code: "order_unreadable", detail, ...(isNamed && { entityKind: kind, entityId: id }) },
    clock.now(),
  );
}

/** Tells the acts that these records prove and that nobody told, read from the very records. Answers how many there were. */
async function takeEntities(
  ports: PollPorts,
  connection: OpenConnection,
  entities: readonly (PlatformEntity & { readonly changedAt?: Date })[],
): Promise<number> {
  const proven = entities.map((entity) => ({ entity, ...shownByRecords(connection, [entity]) }));
  const shown = {
    facts: proven.flatMap(({ facts }) => facts),
    states: proven.flatMap(({ states }) => states),
  };
  const news = await withoutSeenBefore(ports.db, connection, shown);
  const recorded = await recordFacts(ports.db, connection, news, { origin: "sweep", claimed: true });
  const byKey = new Map(recorded.map((claimed) => [claimed.fact.key, claimed]));
  const left = proven.flatMap(({ entity, facts }) => {
    const mine = facts.flatMap(({ key }) => {
      const claimed = byKey.get(key);
      byKey.delete(key);
      return claimed ?? [];
    });
    return mine.length > 0 ? [{ entity, mine }] : [];
  });
  const silent = new Map<string, Date>();
  for (const { entity, mine } of left) {
    if (!("changedAt" in entity) || !entity.changedAt) continue;
    for (const { fact } of mine) silent.set(kindOf(fact), later(silent.get(kindOf(fact)), entity.changedAt));
  }
  if (silent.size > 0) await noteSilence(ports.db, connection, silent, ports.clock.now());
  while (left.length > 0) {
    const outcomes = await Promise.all(
      left.splice(0, ORDERS_AT_ONCE).map(({ entity, mine }) => tellInOrder(ports, connection, entity, mine)),
    );
    await noteReading(ports, connection, outcomes);
  }
  await rememberStates(ports.db, connection, shown, ports.clock.now());
  return recorded.length;
}

/** An act that has to be read again later keeps those after it waiting: the lanes take them up in the same order. */
async function tellInOrder(
  ports: PollPorts,
  connection: OpenConnection,
  entity: PlatformEntity,
  facts: readonly ClaimedFact[],
): Promise<FactOutcome> {
  const entities = entitiesOf(connection, ports.clients, [entity]);
  for (const claimed of facts) {
    const outcome = await readFact(ports, connection, entities, claimed);
    if (outcome !== "done") return outcome;
  }
  return "done";
}

function later(one: Date | undefined, other: Date): Date {
  return one && one > other ? one : other;
}

/** The moment from which the next poll reads. A clock of the shop that runs ahead must not carry it past what changes meanwhile. */
function nextFrom(
  { pollFrom, installedAt }: SealedConnection,
  reached: Date,
  isWhole: boolean,
  now: Date,
): Date {
  const seen = reached < now ? reached : now;
  const overlapped = new Date(seen.getTime() - POLL_OVERLAP_MS);
  // A run that was cut short has to get on, also where it read less than the overlap.
  if (!isWhole && overlapped <= pollFrom) return seen;
  return overlapped > installedAt ? overlapped : installedAt;
}
