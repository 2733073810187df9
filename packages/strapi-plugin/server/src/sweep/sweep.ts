import type { Core } from "@strapi/strapi";
import type { Log, Messaging } from "@webxkey/core";
import { walkChanges } from "@webxkey/host-kit";
import type { StrapiConnector } from "../connector/index.ts";
import { observedComponents } from "../connector/strapi-host.ts";
import { recordActs, recordEntries } from "../intake/record-entries.ts";
import { USER_TYPE } from "../mapping/check.ts";
import type { Row } from "../mapping/mapping.ts";
import type { Mappings } from "../mapping/mappings.ts";
import { ensureTables } from "../storage/ensure-tables.ts";
import { clockOf, type HostDatabase, hostDatabase } from "../storage/host-database.ts";
import { readSetting, writeSetting } from "../storage/settings.ts";

/**
 * How far behind its cursor each sweep starts again. `updatedAt` is set when a row is written, and the row is seen when its
 * transaction commits: one that took this long is still found.
 */
const OVERLAP_MS = 10 * 60_000;

export interface SweepPorts {
  readonly strapi: Core.Strapi;
  readonly connector: StrapiConnector;
  readonly mappings: Mappings;
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
}

/**
 * Looks for what happened without being told: a process that died between the application's commit and our hook, a hook that
 * failed, a write whose columns said too little. Starts at the moment of installation, never earlier, and does not go on while
 * the mapping is broken.
 *
 * @returns a function that sweeps once and answers how many facts it found.
 */
export function createSweep({
  strapi,
  connector,
  mappings,
  messaging,
  log,
}: SweepPorts): () => Promise<number> {
  async function walk(
    uid: string,
    asked: { readonly where: object; readonly populate?: Record<string, true> },
    record: (database: HostDatabase, rows: readonly Row[]) => Promise<number>,
  ): Promise<number> {
    const database = hostDatabase(strapi);
    const name = `swept:${uid}`;
    const installedAt = await (await messaging()).installedAt();
    const cursor = Number((await readSetting(database, name)) ?? installedAt.getTime());
    let found = 0;
    await walkChanges<Row>({
      from: new Date(Math.max(installedAt.getTime(), cursor - OVERLAP_MS)),
      until: await clockOf(database),
      page: ({ from, until, skip, take }) =>
        strapi.db.query(uid).findMany({
          ...asked,
          where: { ...asked.where, updatedAt: { $gte: from, $lte: until } },
          orderBy: [{ updatedAt: "asc" }, { id: "asc" }],
          offset: skip,
          limit: take,
        }),
      changedAt: ({ updatedAt }) => new Date(updatedAt as string | Date),
      seen: async (rows) => {
        found += await record(database, rows);
      },
      reached: (at) => writeSetting(database, name, at.getTime()),
    });
    return found;
  }

  async function orders(): Promise<number> {
    mappings.sound();
    const type = mappings.orderType();
    if (!type) return 0;
    const { mapping, draftAndPublish } = type;
    const asked = {
      where: draftAndPublish ? { publishedAt: { $notNull: true } } : {},
      populate: observedComponents(mapping),
    };
    return await walk(mapping.content_type, asked, async (database, rows) => {
      const { stored } = await recordEntries(database, connector, type, rows, "sweep");
      return stored;
    });
  }

  /** An account that came to be. That it was confirmed, or a new password asked for, its row does not say. */
  async function accounts(): Promise<number> {
    if (!strapi.db.metadata.has(USER_TYPE)) return 0;
    const installedAt = await (await messaging()).installedAt();
    return await walk(USER_TYPE, { where: { createdAt: { $gte: installedAt } } }, (database, rows) => {
      const acts = rows.map(({ documentId, createdAt }) => ({
        hostEvent: "user.created" as const,
        payload: { documentId: String(documentId), at: new Date(createdAt as string | Date).toISOString() },
      }));
      return recordActs(database, connector, acts, "sweep");
    });
  }

  return async () => {
    await ensureTables(strapi);
    await mappings.refresh();
    let found = 0;
    for (const [kind, sweep] of [
      ["order", orders],
      ["account", accounts],
    ] as const) {
      try {
        found += await sweep();
      } catch (error) {
        // One kind that cannot be read must not hide the other; its cursor stays where it was.
        log.error("sweep.failed", { entity_type: kind, error });
      }
    }
    if (found > 0) log.info("sweep.found", { count: found });
    return found;
  };
}
