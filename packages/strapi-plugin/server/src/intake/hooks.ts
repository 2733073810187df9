import type { Core } from "@strapi/strapi";
import type { Log } from "@webxkey/core";
import type { StrapiConnector } from "../connector/index.ts";
import { observedComponents } from "../connector/strapi-host.ts";
import { USER_TYPE } from "../mapping/check.ts";
import type { Row } from "../mapping/mapping.ts";
import type { Mappings } from "../mapping/mappings.ts";
import { clockOf, type HostDatabase, hostDatabase, inSavepoint } from "../storage/host-database.ts";
import { createIntake } from "./intake.ts";
import { type Act, deletionOf, type OrderType } from "./observe.ts";
import { type Recorded, recordActs, recordEntries } from "./record-entries.ts";

export interface HookPorts {
  readonly strapi: Core.Strapi;
  readonly connector: StrapiConnector;
  readonly mappings: Mappings;
  readonly drain: () => Promise<void>;
  readonly sweep: () => Promise<void>;
  readonly log: Log;
}

/** What Strapi gives to a hook of its database, as far as it is looked at. */
interface DatabaseEvent {
  readonly model: { readonly uid: string };
  readonly state: Record<string, unknown>;
  readonly params: { readonly data?: unknown; readonly where?: unknown };
  readonly result?: unknown;
}

/**
 * Listens to the application's database: its REST, its admin, its documents and its own code all end there. What happened is
 * stored within the transaction that did it, so that a roll-back takes it along, and behind a savepoint, so that a failure of
 * ours takes nothing along; and it is not waited for where somebody has locked the intake. Nothing is thrown and nothing is sent.
 *
 * @returns what ends it.
 */
export function listen({ strapi, connector, mappings, drain, sweep, log }: HookPorts): () => void {
  async function store(
    event: DatabaseEvent,
    record: (database: HostDatabase) => Promise<Recorded>,
  ): Promise<void> {
    try {
      await strapi.db.transaction(async ({ trx, onCommit }) => {
        const { stored, incomplete } = await inSavepoint(strapi, trx, record);
        if (stored > 0) onCommit(() => void drain());
        // Whoever wrote asked for too few columns back: what happened is found in the entry itself.
        if (incomplete) onCommit(() => void sweep());
      });
    } catch (error) {
      log.error("intake.store_failed", { event_type: event.model.uid, error });
    }
  }

  async function storeEntries(event: DatabaseEvent, rows: readonly Row[]): Promise<void> {
    const type = mappings.orderType(event.model.uid);
    if (!type) return;
    await store(event, async (database) =>
      recordEntries(database, connector, type, await withComponents(type, rows), "push"),
    );
  }

  /** A hook is given the row alone; its components are written by then. */
  async function withComponents({ mapping }: OrderType, rows: readonly Row[]): Promise<readonly Row[]> {
    const populate = observedComponents(mapping);
    if (Object.keys(populate).length === 0) return rows;
    return await strapi.db
      .query(mapping.content_type)
      .findMany({ where: { id: { $in: rows.map(({ id }) => id) } }, populate });
  }

  async function storeActs(event: DatabaseEvent, acts: readonly Act[]): Promise<void> {
    if (acts.length === 0) return;
    await store(event, async (database) => ({
      stored: await recordActs(database, connector, acts, "push"),
      incomplete: false,
    }));
  }

  async function storeDeletion(event: DatabaseEvent): Promise<void> {
    const type = mappings.orderType(event.model.uid);
    const facts = type ? rowsOf(event).flatMap((row) => deletionOf(row, type)) : [];
    if (facts.length === 0) return;
    await store(event, async (database) => ({
      stored: await createIntake(database).record(facts, "push"),
      incomplete: false,
    }));
  }

  /**
   * Each single change gets a new `updatedAt` from Strapi, a change of many gets none (5.54 looks for a list of changes there). It is
   * what a sweep goes by, and what tells the second time in a state from the first.
   */
  async function setChangeTime({ params: { data } }: DatabaseEvent): Promise<void> {
    if (typeof data !== "object" || data === null || "updatedAt" in data) return;
    const updatedAt = await strapi.db.transaction(({ trx }) => clockOf(hostDatabase(strapi, trx)));
    Object.assign(data, { updatedAt });
  }

  /** Many at once come without their rows. */
  async function storeMany(event: DatabaseEvent, ids: unknown): Promise<void> {
    if (!mappings.orderType(event.model.uid)) return;
    const rows: Row[] = await strapi.db.query(event.model.uid).findMany({ where: { id: { $in: ids } } });
    await storeEntries(event, rows);
  }

  /** No failure of ours is a failure of the write that is hooked. */
  const quiet = (hook: (event: DatabaseEvent) => Promise<void>) => async (event: unknown) => {
    const of = event as DatabaseEvent;
    try {
      await hook(of);
    } catch (error) {
      log.error("intake.store_failed", { event_type: of.model.uid, error });
    }
  };

  const endEntries = strapi.db.lifecycles.subscribe({
    afterCreate: quiet((event) => storeEntries(event, rowsOf(event))),
    afterUpdate: quiet((event) => storeEntries(event, rowsOf(event))),
    afterCreateMany: quiet((event) =>
      storeMany(event, (event.result as { ids?: unknown } | undefined)?.ids ?? []),
    ),
    beforeUpdateMany: quiet(async (event) => {
      if (!mappings.orderType(event.model.uid)) return;
      const rows: Row[] = await strapi.db
        .query(event.model.uid)
        .findMany({ where: event.params.where as object, select: ["id"] });
      event.state["ids"] = rows.map(({ id }) => id);
      await setChangeTime(event);
    }),
    afterUpdateMany: quiet((event) => storeMany(event, event.state["ids"] ?? [])),
    afterDelete: quiet((event) => storeDeletion(event)),
  });

  const endAccounts = strapi.db.lifecycles.subscribe({
    models: [USER_TYPE],
    afterCreate: quiet((event) => storeActs(event, createdActs(rowsOf(event)))),
    beforeUpdate: quiet(async (event) => {
      if ((event.params.data as Row | undefined)?.["confirmed"] !== true) return;
      const before: Row | null = await strapi.db
        .query(USER_TYPE)
        .findOne({ where: event.params.where as object, select: ["confirmed"] });
      event.state["wasConfirmed"] = before?.["confirmed"] === true;
    }),
    afterUpdate: quiet((event) => storeActs(event, changedActs(event))),
  });

  return () => {
    endEntries();
    endAccounts();
  };
}

function rowsOf({ result }: DatabaseEvent): Row[] {
  return typeof result === "object" && result !== null ? [result as Row] : [];
}

function createdActs(rows: readonly Row[]): Act[] {
  return rows.map(({ documentId, createdAt }) => ({
    hostEvent: "user.created",
    payload: payloadOf(documentId, createdAt),
  }));
}

/** Of what was written only which of it was; neither the token nor the password is touched. */
function changedActs({ params, result, state }: DatabaseEvent): Act[] {
  const written = (params.data ?? {}) as Row;
  const { documentId, updatedAt } = (result ?? {}) as Row;
  const payload = payloadOf(documentId, updatedAt);
  return [
    ...(state["wasConfirmed"] === false ? [{ hostEvent: "user.confirmed" as const, payload }] : []),
    ...(typeof written["resetPasswordToken"] === "string"
      ? [{ hostEvent: "user.password_reset" as const, payload }]
      : []),
  ];
}

function payloadOf(documentId: unknown, at: unknown): Readonly<Record<string, string>> {
  return {
    documentId: String(documentId),
    at: at instanceof Date ? at.toISOString() : String(at),
  };
}
