import type { Core } from "@strapi/strapi";
import { createLog, type Log, type Messaging } from "@webxkey/core";
import { type ClaimsRead, createDrain, hostEngine, type Intake } from "@webxkey/host-kit";
import { findUserId } from "../access/users.ts";
import { createStrapiConnector, type StrapiConnector } from "../connector/index.ts";
import { createDeletions, createStrapiHost } from "../connector/strapi-host.ts";
import { listen } from "../intake/hooks.ts";
import { createIntake, ENTRY_CONSENT } from "../intake/intake.ts";
import { createMappings, type Mappings } from "../mapping/mappings.ts";
import { claimOf, recipientOfOrder, takenBackOf } from "../mapping/translate.ts";
import type { PluginSettings } from "../options.ts";
import { hostDatabase } from "../storage/host-database.ts";
import { createSweep } from "../sweep/sweep.ts";
import { createEngine } from "./open-engine.ts";

/** Everything the plugin keeps running in one process. */
export interface Runtime {
  readonly settings: PluginSettings;
  readonly log: Log;
  readonly connector: StrapiConnector;
  readonly intake: Intake;
  readonly mappings: Mappings;
  /** The engine, opened at the first call. Rejects with the reason where it cannot be; the next call tries again. */
  messaging(): Promise<Messaging>;
  /** The configured owner's id in Strapi, once there is one. Makes them the engine's owner. */
  ownerId(): Promise<string | undefined>;
  /** Listens to the application's writes. Not before its tables are there. */
  listen(): void;
  /** Drains what is due, if this process works. Never rejects: a failure is logged and the next call tries again. */
  drain(): Promise<void>;
  /** Sweeps and drains, if this process works. Never rejects. */
  sweep(): Promise<void>;
  /** Lets what is under way end; nothing new is started. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export function createRuntime(strapi: Core.Strapi, settings: PluginSettings): Runtime {
  const log = createLog({ level: settings.logLevel });
  const connector = createStrapiConnector({
    source: `/strapi/${settings.workspaceId}`,
    name: settings.shopName,
    isPhoneVerified: settings.isPhoneVerified,
  });
  const intake = createIntake(hostDatabase(strapi));
  const mappings = createMappings(strapi, settings.wordings);
  const host = createStrapiHost(strapi, mappings);
  const engine = hostEngine({
    create: () => createEngine(settings, strapi.dirs.app.root, log),
    owner: settings.owner,
    findUserId: (named) => findUserId(strapi, named),
    // A build, a console and a script load the application too; only a server listens.
    works: () => strapi.server.httpServer.listening,
    log,
  });
  const { messaging } = engine;
  const drainDue = createDrain({
    intake,
    connector,
    host: () => host,
    messaging,
    claims: async (orderRef): Promise<ClaimsRead> => {
      const found = await host.order(orderRef);
      if (!found) return { kind: "none" };
      const claim = claimOf(found.row, found.mapping);
      return claim
        ? { kind: "claimed", claim }
        : { kind: "not_given", takenBack: takenBackOf(found.row, found.mapping) };
    },
    async editedOrder({ type, entityId }) {
      if (type !== ENTRY_CONSENT) return undefined;
      const found = await host.order(entityId);
      if (!found) return null;
      const { phone } = recipientOfOrder(found.row, found.mapping);
      return { source: connector.source, type: "order", ref: entityId, phone };
    },
    deleted: createDeletions(strapi, mappings, connector.source),
    log,
  });
  const drain = engine.background("drain", async () => {
    await mappings.refresh();
    await drainDue();
  });
  const find = engine.background("sweep", createSweep({ strapi, connector, mappings, messaging, log }));
  const sweep = async () => {
    await find();
    await drain();
  };
  let end = () => {};

  return {
    settings,
    log,
    connector,
    intake,
    mappings,
    messaging,
    async ownerId() {
      await engine.recognizeOwner();
      return await findUserId(strapi, settings.owner);
    },
    listen() {
      end = listen({ strapi, connector, mappings, drain, sweep, log });
    },
    drain,
    sweep,
    async stop() {
      end();
      // Strapi takes out another's hook when one is ended twice.
      end = () => {};
      await engine.stop();
    },
    close: engine.close,
  };
}
