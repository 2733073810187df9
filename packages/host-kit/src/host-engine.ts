import type { Log, Messaging, Role, Worker } from "@webxkey/core";
import { coalesce } from "./coalesce.ts";
import type { FindUserId } from "./staff.ts";

export interface HostEngineParts {
  /** Makes the engine and opens nothing. */
  readonly create: () => Messaging;
  /** The first owner, by e-mail address or user id of the host. */
  readonly owner: string;
  /** First roles, by e-mail address or user id of the host; left out where the host's own roles decide. */
  readonly roles?: Readonly<Record<string, Role>>;
  readonly findUserId: FindUserId;
  /** Whether this process drains, sweeps and sends by now: a build, a command and a process that only answers do not. */
  readonly works: () => boolean;
  readonly log: Log;
}

/** The engine inside a host's process. */
export interface HostEngine {
  /** The engine, opened at the first call. Rejects with the reason where it cannot be; the next call tries again. */
  messaging(): Promise<Messaging>;
  /** Makes the configured owner the engine's, where the user was created only after the engine was opened. */
  recognizeOwner(): Promise<void>;
  /**
   * Makes a job of `work`: done only where this process works, one run at a time, with the sender running. It never rejects:
   * a failure is logged, and the next call tries again.
   */
  background(job: string, work: () => Promise<unknown>): () => Promise<void>;
  /** Lets what is under way end; nothing new is started. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export function hostEngine(parts: HostEngineParts): HostEngine {
  const { create, owner, roles = {}, findUserId, works, log } = parts;
  let opened: Promise<Messaging> | undefined;
  let ownerKnown = false;
  let recognizing: Promise<void> | undefined;
  let worker: Worker | undefined;
  let stopped = false;
  const jobs: (() => Promise<void>)[] = [];

  async function open(): Promise<Messaging> {
    const engine = create();
    try {
      await engine.migrate();
      await introduceOwner(engine);
      if (!ownerKnown) log.warn("engine.owner_unknown");
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async function introduceOwner(engine: Messaging): Promise<void> {
    const userId = await findUserId(owner);
    if (!userId) return;
    await engine.ensureRole(userId, "owner");
    for (const [named, role] of Object.entries(roles)) {
      const memberId = await findUserId(named);
      if (memberId) await engine.ensureRole(memberId, role);
    }
    ownerKnown = true;
  }

  function messaging(): Promise<Messaging> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  return {
    messaging,

    async recognizeOwner() {
      const engine = await messaging();
      if (ownerKnown) return;
      recognizing ??= introduceOwner(engine).finally(() => {
        recognizing = undefined;
      });
      await recognizing;
    },

    background(job, work) {
      const run = coalesce(async () => {
        if (!works() || stopped) return;
        try {
          const engine = await messaging();
          // Two jobs may have waited for the engine: the first of them starts the one worker.
          worker ??= engine.startWorker();
          await work();
        } catch (error) {
          log.error("job.failed", { job, error });
        }
      });
      jobs.push(run);
      return run;
    },

    async stop() {
      stopped = true;
      // Behind the runs under way, and themselves runs that do nothing.
      await Promise.all(jobs.map((run) => run()));
      await worker?.stop();
      worker = undefined;
    },

    async close() {
      await (await opened?.catch(() => undefined))?.close();
      opened = undefined;
    },
  };
}
