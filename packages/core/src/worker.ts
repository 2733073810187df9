import { setTimeout as delay } from "node:timers/promises";
import type { Alerts } from "./alerts/index.ts";
import { type Chore, startChores } from "./chores/chores.ts";
import { type Connections, createDrain, pollConnections } from "./connections/index.ts";
import { applyWebhooks, deleteExpired } from "./inbox/index.ts";
import { isOutage } from "./kernel/errors.ts";
import type { Worker } from "./messaging.ts";
import {
  closeLeftAttempts,
  createDispatcher,
  dropOldValues,
  expireMessages,
  POLL_MS,
  QUEUED_CHANNEL,
  settle,
  startLoop,
  takeTemplateReads,
  tuneSettleWindows,
} from "./outbox/index.ts";
import type { Sender } from "./senders/index.ts";
import type { Storage } from "./storage/index.ts";

/** After fewer webhooks than this the next ones may gather for a moment: a set costs the database little more than one. */
const GATHERED_MIN = 100;
const GATHER_MS = 20;
/** Meta repeats a webhook for seven days; its keyed hash is kept longer. */
const REPLAY_HASH_DAYS = 30;

/**
 * Who looks for work in this process, by what there is to do: messages that are queued, webhooks that are stored, facts that are
 * to be read at their platform.
 */
export type Wakers = Readonly<Record<"queued" | "stored" | "recorded", Set<() => void>>>;

type WorkerPorts = Parameters<typeof applyWebhooks>[0] &
  Parameters<typeof createDispatcher>[0] &
  Parameters<typeof createDrain>[0] & { readonly connections: Connections; readonly alerts: Alerts };

export async function startWorker(storage: Storage, wakers: Wakers, ports: WorkerPorts): Promise<Worker> {
  const { log } = ports;
  // What was started before something failed is stopped again.
  await using started = new AsyncDisposableStack();
  const dispatcher = createDispatcher(ports);
  started.defer(() => dispatcher.drained());
  const loop = (name: string, round: () => Promise<number>) => {
    const running = startLoop({ name, round, log });
    started.defer(() => running.stop());
    return running;
  };
  const dispatch = loop("dispatch", dispatcher.round);
  const apply = loop("apply", async () => {
    const taken = await applyWebhooks(ports);
    if (taken === 0) return POLL_MS;
    // Not a pause that a notice ends: webhooks that come one by one shall come together.
    if (taken < GATHERED_MIN) await delay(GATHER_MS);
    return 0;
  });
  loop("read-templates", async () => ((await readChangedTemplates(ports)) > 0 ? 0 : ports.windows.sweepMs));
  loop("settle", async () => ((await settle(ports)) > 0 ? 0 : ports.windows.sweepMs));
  const lanes = createDrain(ports, () => drain.wake());
  started.defer(() => lanes.drained());
  const drain = loop("drain", async () => {
    await lanes.round();
    return POLL_MS;
  });
  wakers.recorded.add(drain.wake);
  started.defer(() => void wakers.recorded.delete(drain.wake));
  wakers.queued.add(dispatch.wake);
  started.defer(() => void wakers.queued.delete(dispatch.wake));
  wakers.stored.add(apply.wake);
  started.defer(() => void wakers.stored.delete(apply.wake));
  started.use(await storage.listen(QUEUED_CHANNEL, dispatch.wake));
  started.use(
    await startChores(storage, log, [...choresOf(ports), ...tendingOf(storage)], ports.windows.sweepMs),
  );
  const running = started.move();
  const stop = async (): Promise<void> => await running.disposeAsync();
  return { stop, [Symbol.asyncDispose]: stop };
}

function choresOf(ports: WorkerPorts): Chore[] {
  return [
    { name: "expire-messages", cron: "* * * * *", run: async () => void (await expireMessages(ports)) },
    {
      name: "delete-expired-webhooks",
      cron: "17 * * * *",
      run: () => deleteExpired(ports.db, REPLAY_HASH_DAYS),
    },
    { name: "sync-senders", cron: "42 * * * *", run: () => syncSenders(ports) },
    { name: "close-left-attempts", cron: "12 * * * *", run: () => closeLeftAttempts(ports) },
    { name: "tune-settle-windows", cron: "7 * * * *", run: () => tuneSettleWindows(ports.db) },
    { name: "look-for-troubles", cron: "* * * * *", run: () => ports.alerts.look() },
    { name: "poll-connections", cron: "*/3 * * * *", run: () => pollConnections(ports) },
    { name: "drop-old-values", cron: "57 * * * *", run: async () => void (await dropOldValues(ports)) },
    { name: "forget-old-connections", cron: "37 * * * *", run: () => ports.connections.forgetOld() },
    { name: "forget-old-secrets", cron: "27 * * * *", run: () => ports.senders.forgetOldSecrets() },
  ];
}

/**
 * Nothing else throws away a plan that was made while its table was empty: inserts grew slower with every message until the tables
 * were analysed.
 */
function tendingOf(storage: Storage): Chore[] {
  if (storage.capabilities.tendsItself) return [];
  return [
    { name: "analyze", cron: "* * * * *", run: async () => void (await storage.query("analyze")) },
    { name: "vacuum", cron: "12 3 * * *", run: async () => void (await storage.query("vacuum")) },
  ];
}

/** A webhook tells of most changes at once; this finds the ones that were missed. One client's refused token concerns no other. */
async function syncSenders(ports: WorkerPorts): Promise<void> {
  const workspaces = await ports.db.selectFrom("webxkey.workspaces").select("workspace_id").execute();
  for (const { workspace_id } of workspaces) await syncWorkspace(ports, workspace_id);
}

async function syncWorkspace(ports: WorkerPorts, workspaceId: string): Promise<void> {
  for (const sender of await ports.senders.list(workspaceId)) {
    if (sender.state !== "connected") continue;
    const { senders } = ports;
    for (const look of [
      () => senders.refreshToken(sender),
      () => readTemplates(ports, sender),
      () => senders.refreshLimits(sender),
    ]) {
      try {
        await look();
      } catch (error) {
        if (isOutage(error)) throw error;
        ports.log.warn("sync.failed", { workspace_id: workspaceId, sender_id: sender.senderId, error });
      }
    }
  }
}

async function readTemplates({ senders, templates }: WorkerPorts, sender: Sender): Promise<void> {
  const { workspaceId, wabaId } = sender;
  await templates.sync({ type: "engine" }, workspaceId, wabaId, await senders.credentials(sender));
}

/** How soon a template is read again that could not be. */
const READ_AGAIN_MS = 120_000;

/** Reads the templates of workspaces in which one has changed at Meta. Resolves with how many workspaces that were. */
async function readChangedTemplates(ports: WorkerPorts): Promise<number> {
  const workspaceIds = await takeTemplateReads(ports.db, READ_AGAIN_MS);
  for (const workspaceId of workspaceIds) {
    const sender = await ports.senders.forSending(ports.db, workspaceId);
    if (sender?.state !== "connected") continue;
    try {
      await readTemplates(ports, sender);
    } catch (error) {
      if (isOutage(error)) throw error;
      ports.log.warn("sync.failed", { workspace_id: workspaceId, sender_id: sender.senderId, error });
    }
  }
  return workspaceIds.length;
}

export function wakeAll(wakers: ReadonlySet<() => void>): void {
  for (const wake of wakers) wake();
}
