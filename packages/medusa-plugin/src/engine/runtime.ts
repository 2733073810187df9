import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import { type Clock, createLog, type Log, type Messaging, systemClock, type Worker } from "@webxkey/core";
import { createMedusaConnector, type MedusaConnector, type MedusaHost } from "../connector/index.ts";
import { type ConsentLimits, createConsentLimits } from "../consent/limits.ts";
import { createDrain } from "../drain/drain.ts";
import { createIntake, type Intake } from "../intake/intake.ts";
import type { PluginSettings } from "../options.ts";
import { createSweep, type SweepHost } from "../sweep/sweep.ts";
import { coalesce } from "./coalesce.ts";
import { createEngine } from "./open-engine.ts";
import { findUserId, grantFirstRoles, rightsOf } from "./staff.ts";

export interface RuntimeParts {
  readonly settings: PluginSettings;
  readonly knex: Knex;
  /** Medusa's `query`; there only once all modules are loaded. */
  readonly host: () => MedusaHost & SweepHost;
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
  });
  const intake = createIntake(knex);
  let opened: Promise<Messaging> | undefined;
  let ownerUserId: string | undefined;
  let recognizing: Promise<void> | undefined;
  let worker: Worker | undefined;
  let stopped = false;

  async function open(): Promise<Messaging> {
    ownerUserId = await findUserId(host(), settings.owner);
    if (!ownerUserId) log.warn("engine.owner_unknown");
    const engine = createEngine({ settings, log, ownerUserId });
    try {
      await engine.migrate();
      if (ownerUserId) await grantFirstRoles(engine, host(), ownerUserId, settings.roles);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async function recognizeOwner(): Promise<void> {
    await messaging();
    if (ownerUserId) return;
    recognizing ??= introduceOwner().finally(() => {
      recognizing = undefined;
    });
    await recognizing;
  }

  /** The engine is told its owner when it is made; what that one writes holds for the one that runs already. */
  async function introduceOwner(): Promise<void> {
    const found = await findUserId(host(), settings.owner);
    if (!found) return;
    const engine = createEngine({ settings, log, ownerUserId: found });
    try {
      await engine.migrate();
      await grantFirstRoles(engine, host(), found, settings.roles);
      ownerUserId = found;
    } finally {
      await engine.close();
    }
  }

  function messaging(): Promise<Messaging> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  const drainDue = createDrain({ intake, connector, host, messaging, log });
  const sweepAll = createSweep({ knex, intake, connector, host, messaging, log });

  /** Work in the background: only where this process works, one run at a time, errors to the log. */
  function background(job: string, work: () => Promise<unknown>): () => Promise<void> {
    return coalesce(async () => {
      if (!works || stopped) return;
      try {
        const engine = await messaging();
        // Two jobs may have waited for the engine: the first of them starts the one worker.
        worker ??= engine.startWorker();
        await work();
      } catch (error) {
        log.error("job.failed", { job, error });
      }
    });
  }
  const drain = background("drain", drainDue);
  const find = background("sweep", sweepAll);
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
    recognizeOwner,
    drain,
    sweep,
    start: sweep,
    async stop() {
      stopped = true;
      // Behind the run under way, and itself a run that does nothing.
      await Promise.all([find(), drain()]);
      await worker?.stop();
      worker = undefined;
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
      opened = undefined;
    },
  };
}
