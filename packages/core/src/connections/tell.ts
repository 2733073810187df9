import type { Fact, PlatformEntities, PlatformEntity, PlatformEvent } from "../events/index.ts";
import { isWebxkeyError } from "../kernel/errors.ts";
import type { Publisher } from "../outbox/index.ts";
import type { Db } from "../storage/index.ts";
import type { OpenConnection } from "./connection.ts";
import { consentsOfFields } from "./consent-mapping.ts";
import type { Origin } from "./fact-store.ts";
import { shownByRecords, withoutSeenBefore } from "./seen-states.ts";

/** What became of one fact. Only a database that is away, or a fault of ours, is an error. */
export type Told =
  | { readonly kind: "published" }
  | { readonly kind: "nothing_to_tell" }
  /** The connector could not read or translate it; `error` says why, also whether to try again. */
  | { readonly kind: "unreadable"; readonly error: unknown }
  /** What it made is no event of the vocabulary. */
  | { readonly kind: "no_event"; readonly error: unknown };

export type Tell = (
  connection: OpenConnection,
  fact: Fact,
  entities: PlatformEntities,
  of: { readonly origin: Origin; readonly evidence: string },
) => Promise<Told>;

/**
 * Reads a fact and publishes what the connector makes of it. The event's key is the fact's: the first body stands, whichever of
 * webhook and poll came first. The consent that came with it is looked for in the very entities that were read.
 */
export function createTell({
  db,
  publish,
}: {
  readonly db: Db;
  readonly publish: Publisher["publish"];
}): Tell {
  return async (connection, fact, entities, { origin, evidence }) => {
    const read: PlatformEntity[] = [];
    let event: PlatformEvent | null;
    try {
      event = await connection.translation.read(fact, recording(entities, read));
    } catch (error) {
      return { kind: "unreadable", error };
    }
    if (!event || (await isSeenBefore(db, connection, fact, read))) return { kind: "nothing_to_tell" };
    try {
      const consents = await consentsOfFields({
        mapping: connection.consentMapping,
        entities: read,
        fieldOf: (entity, field) => connection.platform.fieldOf(entity, field),
        buyerPhones: (field) => connection.translation.buyerPhones(fact, alreadyRead(read), field),
        event,
        evidence: `${connection.connector} ${evidence}`,
      });
      await publish(
        connection.workspaceId,
        { ...event, origin },
        {
          ...consents,
          by: { type: "host", id: connection.connectionId },
          connectedAt: connection.installedAt,
        },
      );
      return { kind: "published" };
    } catch (error) {
      if (isNoEvent(error)) return { kind: "no_event", error };
      throw error;
    }
  };
}

/** True where the record had come into its state before a merchant gave the state this meaning. */
async function isSeenBefore(
  db: Db,
  connection: OpenConnection,
  fact: Fact,
  read: readonly PlatformEntity[],
): Promise<boolean> {
  const { facts, states } = shownByRecords(connection, read);
  // The record says which state proves the act; a hint may have named another one.
  const own = facts.find(({ key }) => key === fact.key) ?? fact;
  return (await withoutSeenBefore(db, connection, { facts: [own], states })).length === 0;
}

/** Keeps what is read, in the order in which it was. */
export function recording(entities: PlatformEntities, read: PlatformEntity[]): PlatformEntities {
  return {
    async find(kind, id) {
      const value = await entities.find(kind, id);
      if (value !== undefined && value !== null) read.push({ kind, id, value });
      return value;
    },
  };
}

/** Asks the platform nothing more. */
function alreadyRead(read: readonly PlatformEntity[]): PlatformEntities {
  return {
    find: async (kind, id) => read.find((entity) => entity.kind === kind && entity.id === id)?.value,
  };
}

function isNoEvent(error: unknown): boolean {
  return isWebxkeyError(error) && (error.code === "invalid_event" || error.code === "unknown_event_type");
}
