import type { Fact, PlatformApi } from "../events/index.ts";
import { isWebxkeyError } from "../kernel/errors.ts";
import type { OpenConnection } from "./connection.ts";
import { connectionsToPoll, type SealedConnection, writePolled, writeProblem } from "./connections-store.ts";
import type { DrainPorts } from "./drain.ts";
import { isStorable } from "./fact-limits.ts";
import { recordFacts } from "./fact-store.ts";
import { openConnection } from "./open-connection.ts";
import type { ProblemCode } from "./problem.ts";

/**
 * How far before the last change that was seen the next poll begins: a platform stamps a row when it is written, and shows it
 * when its transaction commits. One that took this long is still found.
 */
const POLL_OVERLAP_MS = 10 * 60_000;
/** Pages of one connection in one run; a longer history goes on in the next run. */
const PAGES_MAX = 50;
/** Connections that are polled at once: one that hangs holds up no other. */
const AT_ONCE_MAX = 8;
/** Within the time that a chore has: the rest comes first in the next run. */
const RUN_MS_MAX = 90_000;

type PolledApi = PlatformApi<unknown> & Required<Pick<PlatformApi<unknown>, "changed" | "actsOf">>;

export interface PollPorts extends Omit<DrainPorts, "tell"> {
  /** Called after a commit: there is something to read. */
  readonly recorded: () => void;
}

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
      found += await pollSafely(ports, connection);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, next));
  if (found > 0) {
    ports.log.info("poll.found", { count: found });
    ports.recorded();
  }
}

/** One platform that cannot be read must not hide the others; where it begins stays where it was. */
async function pollSafely(ports: PollPorts, connection: SealedConnection): Promise<number> {
  try {
    return await pollConnection(ports, await openConnection(ports.keys, ports.platforms, connection));
  } catch (error) {
    const code = problemOf(error);
    ports.log.error("poll.failed", { workspace_id: connection.workspaceId, reason: code, error });
    const now = ports.clock.now();
    await writeProblem(ports.db, connection, code, now, now);
    await writePolled(ports.db, connection, connection.pollFrom);
    return 0;
  }
}

async function pollConnection(ports: PollPorts, connection: OpenConnection): Promise<number> {
  const api = connection.platform.api as PolledApi;
  const client = ports.clients.to(api.baseUrl(connection.settings));
  const { pollFrom: since, installedAt } = connection;
  let latest = since;
  let found = 0;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const { entities, more } = await api.changed(client, connection.settings, since, page);
    const facts = entities.flatMap((entity) =>
      api
        .actsOf(entity)
        .flatMap(({ hostEvent, payload }): readonly Fact[] =>
          connection.translation.facts(hostEvent, payload),
        ),
    );
    found += await recordFacts(ports.db, connection, facts.filter(isStorable), { origin: "sweep" });
    for (const { changedAt } of entities) if (changedAt > latest) latest = changedAt;
    if (!more) {
      // A clock that runs ahead must not carry us past what changes meanwhile.
      const seen = Math.min(latest.getTime(), ports.clock.now().getTime());
      const again = Math.max(seen - POLL_OVERLAP_MS, installedAt.getTime());
      await writePolled(ports.db, connection, new Date(again));
      return found;
    }
  }
  const now = ports.clock.now();
  if (latest <= since) await writeProblem(ports.db, connection, "poll_behind", now, now);
  await writePolled(ports.db, connection, latest);
  return found;
}

function problemOf(error: unknown): ProblemCode {
  if (!isWebxkeyError(error)) return "not_readable";
  if (error.code === "platform_unavailable" || error.code === "platform_refused") return error.code;
  return error.code === "invalid_configuration" ? "settings_not_valid" : "not_readable";
}
