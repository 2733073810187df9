import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import { type Clock, createLog, type Log, type Messaging, systemClock } from "@webxkey/core";
import {
  type Access,
  accessOf,
  hostEngine,
  type Intake,
  rightsOf,
  type TeamMember,
  teamOf,
} from "@webxkey/host-kit";
import { createMedusaConnector, type MedusaConnector, type MedusaHost } from "../connector/index.ts";
import { type ConsentLimits, createConsentLimits } from "../consent/limits.ts";
import { createStoreDrain } from "../drain/drain.ts";
import { createIntake } from "../intake/intake.ts";
import type { PluginSettings } from "../options.ts";
import { createSweep } from "../sweep/sweep.ts";
import { alertFeed, type NotificationHost } from "./alert-feed.ts";
import { createEngine } from "./open-engine.ts";
import { findUserId, listUsers } from "./users.ts";

export interface RuntimeParts {
  readonly settings: PluginSettings;
  readonly knex: Knex;
  /** Medusa's `query`; there only once all modules are loaded. */
  readonly host: () => MedusaHost & NotificationHost;
  /** This process drains, sweeps and sends: Medusa's worker mode `shared` or `worker`, and no command of its CLI. */
  readonly works: boolean;
  readonly log?: Log;
}

/** Everything the plugin keeps running in one process. */
export interface Runtime {
  readonly settings: PluginSettings;
  readonly log: Log;
  readonly clock: Clock;
  readonly connector: MedusaConnector;
  readonly intake: Intake;
  readonly consentLimits: ConsentLimits;
  /** The engine, opened at the first call. Rejects with the reason where it cannot be; the next call tries again. */
  messaging(): Promise<Messaging>;
  /** What a signed-in user may do here. */
  rightsOf(userId: string): Promise<readonly string[]>;
  /** Whether a signed-in user has a role here, and whom to ask for one. */
  accessOf(userId: string): Promise<Access>;
  /** The users of the store's admin with their roles here, as one of them may see it. */
  teamOf(byUserId: string): Promise<TeamMember[]>;
  /** Makes the configured owner the engine's, where the user was created only after the engine was opened. */
  recognizeOwner(): Promise<void>;
  /** The server has started: opens the engine, starts sending, and looks for what happened while nobody did. */
  start(): Promise<void>;
  /** Drains what is due, if this process works. Never rejects: a failure is logged and the next call tries again. */
  drain(): Promise<void>;
  /** Sweeps the store and drains, if this process works. Never rejects. */
  sweep(): Promise<void>;
  /** Lets what is under way end; nothing new is started. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export function createRuntime({ settings, knex, host, works, log: given }: RuntimeParts): Runtime {
  const log = given ?? createLog({ level: settings.logLevel });
  const connector = createMedusaConnector({
    source: `/medusa/${settings.workspaceId}`,
    name: settings.shopName,
    isPhoneVerified: settings.isPhoneVerified,
  });
  const intake = createIntake(knex);
  const engine = hostEngine({
    create: () => createEngine({ settings, alertFeed: alertFeed(host), log }),
    owner: settings.owner,
    roles: settings.roles,
    findUserId: (named) => findUserId(host(), named),
    works: () => works,
    log,
  });
  const { messaging } = engine;
  const drain = engine.background(
    "drain",
    createStoreDrain({ intake, connector, host, messaging, log, wordings: settings.wordings }),
  );
  const find = engine.background("sweep", createSweep({ knex, intake, connector, host, messaging, log }));
  const sweep = async () => {
    await find();
    await drain();
  };

  return {
    settings,
    log,
    clock: systemClock,
    connector,
    intake,
    consentLimits: createConsentLimits(),
    messaging,
    rightsOf: async (userId) => rightsOf(await messaging(), userId),
    accessOf: async (userId) =>
      accessOf(
        await messaging(),
        userId,
        { named: settings.owner, userId: await findUserId(host(), settings.owner) },
        () => listUsers(host()),
      ),
    teamOf: async (byUserId) => teamOf(await messaging(), byUserId, await listUsers(host())),
    recognizeOwner: engine.recognizeOwner,
    drain,
    sweep,
    start: sweep,
    stop: engine.stop,
    close: engine.close,
  };
}
