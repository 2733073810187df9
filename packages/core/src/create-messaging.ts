import { setTimeout as delay } from "node:timers/promises";
import { createAccess, createApiKeys, createInvitations, type Role } from "./access/index.ts";
import { createAlerts } from "./alerts/index.ts";
import { createAnswers } from "./answers/index.ts";
import { createAudit } from "./audit/index.ts";
import { whatsapp } from "./channels/whatsapp/index.ts";
import {
  createConnections,
  createDeliveries,
  createPlatformClients,
  createPrivacyWishes,
  createTell,
  platformsOf,
} from "./connections/index.ts";
import { createConsent, createGrants, createStops } from "./consent/index.ts";
import { createContacts } from "./contacts/index.ts";
import { createExplain } from "./explain/index.ts";
import { createHandler } from "./http/handler.ts";
import { openApiDocument } from "./http/openapi.ts";
import { problemResponse } from "./http/problem.ts";
import { createIngress, createReceiver, createUnsureCases } from "./inbox/index.ts";
import { systemClock } from "./kernel/clock.ts";
import { isOutage, isWebxkeyError, WebxkeyError } from "./kernel/errors.ts";
import { createIdSource } from "./kernel/ids.ts";
import type { Log } from "./kernel/log.ts";
import { createKeys } from "./keys/index.ts";
import type { Messaging, MessagingHealth, Worker } from "./messaging.ts";
import { createGraphClient } from "./meta/index.ts";
import { readStats } from "./monitoring/index.ts";
import type { MessagingOptions } from "./options.ts";
import {
  BURST_FLOOR_PER_HOUR,
  createHostActs,
  createIntake,
  createPublisher,
  eventIn,
  resumeSending,
  resumeTemplates,
  SEND_WINDOWS,
} from "./outbox/index.ts";
import { createPrivacyRequests } from "./privacy/index.ts";
import {
  createMessagePreview,
  createRuleCatalog,
  createRuleStates,
  requireSoundRules,
} from "./rules/index.ts";
import { createSenders } from "./senders/index.ts";
import { isMigrated, migrate, sayWhatIsNotSurvived } from "./storage/index.ts";
import { createTemplates } from "./templates/index.ts";
import { startWorker, type Wakers, wakeAll } from "./worker.ts";
import { createRootKeys, createWorkspaces } from "./workspaces/index.ts";

/** Who owns an installation that was given no user id. */
const FIRST_OWNER = "owner";
const GRAPH_URL = "https://graph.facebook.com";
const START_AGAIN_MS = 1_000;

/**
 * Makes the engine. Nothing is opened before the first call, so that it may be made in a build.
 *
 * @throws WebxkeyError `invalid_configuration` or `bad_root_key`, from the first call on.
 */
export function createMessaging(options: MessagingOptions): Messaging {
  let opening: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => {
    opening ??= openEngine(options);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  const ready = async (): Promise<Engine> => {
    const opened = await engine();
    await opened.requireMigrated();
    return opened;
  };

  return {
    migrate: async () => (await engine()).migrate(),
    publish: async (event, publishOptions) =>
      (await ready()).publisher.publish(options.workspace.id, event, publishOptions),
    notify: async (notice, publishOptions) =>
      (await ready()).publisher.notify(options.workspace.id, notice, publishOptions),
    async handler(request, caller) {
      try {
        return await (await ready()).handler(request, caller);
      } catch (error) {
        // Not opened yet, because the database is away: answered as by an engine that was open before.
        if (isOutage(error)) return problemResponse(error);
        throw error;
      }
    },
    withdraw: async (entity) => (await ready()).withdraw(entity),
    recordConsentEdit: async (order, consents) => (await ready()).recordConsentEdit(order, consents),
    previewMessages: async (event) => (await ready()).previewMessages(event),
    bindPhone: async (e164) => (await ready()).bindPhone(e164),
    noteConsentField: async (change) => (await ready()).noteConsentField(change),
    installedAt: async () => (await ready()).installedAt(),
    openApiDocument,
    stats: async () => (await ready()).stats(),
    ensureRole: async (userId, role) => (await ready()).ensureRole(userId, role),
    createOwnerKey: async () => (await ready()).createOwnerKey(),
    recoverOwnerKey: async (workspaceId) => (await ready()).recoverOwnerKey(workspaceId),
    addRootKey: async (next) => (await ready()).addRootKey(next),
    endOldRootKeys: async () => (await ready()).endOldRootKeys(),
    async health() {
      try {
        return await (await engine()).health();
      } catch (error) {
        // A root key that is no key, say, is no matter of the database and would never get better.
        if (isWebxkeyError(error) && error.code !== "storage_unavailable") throw error;
        return { storage: "down", migrated: false };
      }
    },
    startWorker() {
      const given = new AbortController();
      const starting = startWhenThere(async () => (await ready()).startWorker(), given.signal, options.log);
      starting.catch((error: unknown) => options.log.error("worker.not_started", { error }));
      const stop = async () => {
        given.abort();
        await (await starting)?.stop();
      };
      return { stop, [Symbol.asyncDispose]: stop };
    },
    async close() {
      if (opening) await (await opening).close();
      opening = undefined;
    },
  };
}

/** A worker that finds no database waits for one: the machine may have started both at once. */
async function startWhenThere(
  start: () => Promise<Worker>,
  given: AbortSignal,
  log: Log,
): Promise<Worker | undefined> {
  while (!given.aborted) {
    try {
      return await start();
    } catch (error) {
      if (!isWebxkeyError(error) || error.code !== "storage_unavailable") throw error;
      log.warn("worker.waits_for_storage", { error });
      await delay(START_AGAIN_MS, undefined, { signal: given }).catch(() => undefined);
    }
  }
  return undefined;
}

type Engine = Awaited<ReturnType<typeof openEngine>>;

async function openEngine(options: MessagingOptions) {
  const { log, workspace, clock = systemClock, ids = createIdSource(clock), graphUrl = GRAPH_URL } = options;
  requireSoundRules(options.rules);
  const platforms = platformsOf(options.connectors ?? []);
  if (platforms.size > 0 && !options.connectorsUrl) {
    const detail = "Give connectorsUrl, the public URL of /v1/connectors, where there are connectors.";
    throw new WebxkeyError("invalid_configuration", { detail });
  }
  const windows = { ...SEND_WINDOWS, ...options.windows };
  const storage = await options.storage.open();
  sayWhatIsNotSurvived(storage, log);
  const { db } = storage;
  const keys = createKeys(storage.keys, options.rootKey);
  const graph = createGraphClient({
    baseUrl: graphUrl,
    clock,
    timeouts: { deadlineMs: windows.requestMs },
    ...(options.graphVersion && { version: options.graphVersion }),
  });
  const audit = createAudit({ db, keys });
  const workspaces = createWorkspaces({ db });
  const access = createAccess({ db, keys, audit, clock, ids });
  const apiKeys = createApiKeys({ db, keys, audit, access, clock, ids });
  const invitations = createInvitations({ db, audit, access, apiKeys, clock, ids });
  const contacts = createContacts({ db, keys, ids });
  const stops = createStops({ db, log });
  const consent = createConsent({ db, keys, audit, ids, clock, stops });
  const grants = createGrants({ db, consent, contacts, audit, clock });
  const templates = createTemplates({ db, audit, graph, clock, resumeTemplates });
  const senders = createSenders({
    db,
    keys,
    audit,
    graph,
    templates,
    clock,
    ids,
    webhookUrl: options.webhookUrl,
    resumeSending,
  });
  const ruleStates = createRuleStates({ db, audit, clock });
  const rules = createRuleCatalog({ db, rules: options.rules, ruleStates, senders, templates, workspaces });
  const preview = createMessagePreview({ db, rules: options.rules, senders, templates, workspaces });
  const explain = createExplain({ db, clock, contacts });
  const answers = createAnswers({ db, keys, audit, contacts, clock });
  const channel = whatsapp();
  const outbox = {
    channel,
    db,
    keys,
    audit,
    workspaces,
    contacts,
    consent,
    stops,
    senders,
    templates,
    ruleStates,
    clock,
    ids,
    graph,
    windows,
    onStep: options.onStep ?? (() => undefined),
    log,
  };
  const burstFloorPerHour = options.burstFloorPerHour ?? BURST_FLOOR_PER_HOUR;
  const wakers: Wakers = { queued: new Set(), stored: new Set(), recorded: new Set() };
  const intake = createIntake({ ...outbox, burstFloorPerHour, queued: () => wakeAll(wakers.queued) });
  const publisher = createPublisher({ intake, keys, rules: options.rules });
  const ingress = createIngress({ channel, db, keys, senders, clock, stored: () => wakeAll(wakers.stored) });
  const receiver = createReceiver({ db, ingress, graph, windows, log });
  const clients = createPlatformClients({ privateHosts: options.privatePlatformHosts ?? [], clock });
  const privacy = createPrivacyRequests({ db, keys, audit, clock, stops });
  const connectorPorts = {
    ...outbox,
    platforms,
    clients,
    privacy,
    tell: createTell({ db, publish: publisher.publish }),
    recorded: () => wakeAll(wakers.recorded),
  };
  const connections = createConnections(connectorPorts);
  const alerts = createAlerts({
    db,
    audit,
    ids,
    log,
    rules: options.rules,
    outlets: options.alertOutlets ?? [],
  });
  const openPrivacyRequest = createPrivacyWishes(connectorPorts);
  const handler = createHandler({
    ...outbox,
    connections,
    privacy,
    alerts,
    deliveries: createDeliveries({ ...connectorPorts, openPrivacyRequest }),
    connectorsUrl: options.connectorsUrl ?? "",
    access,
    apiKeys,
    invitations,
    grants,
    unsure: createUnsureCases(outbox),
    rules,
    explain,
    answers,
    ingress,
    publish: publisher.publish,
    wordings: options.wordings,
    graphUrl,
    workspaceId: workspace.id,
  });

  let migrated = false;
  return {
    publisher,
    handler: (async (request, caller) => {
      receiver.reached();
      return await handler(request, caller);
    }) satisfies typeof handler,

    async migrate(): Promise<void> {
      await migrate(storage);
      await workspaces.ensure(workspace);
      if (workspace.ownerUserId) await access.ensureOwner(workspace.id, workspace.ownerUserId);
      for (const { id } of await workspaces.list())
        await consent.wordings.keepConfigured(id, options.wordings);
    },

    async requireMigrated(): Promise<void> {
      if (migrated) return;
      if (!(await isMigrated(storage)))
        throw new WebxkeyError("schema_missing", { detail: "Run the migration before starting (migrate)." });
      // A root key that is not this installation's shows here, before anything is half done with it.
      await keys.workspace(workspace.id);
      migrated = true;
    },

    ...createHostActs({ db, audit, keys, contacts, consent, clock }, workspace.id),

    previewMessages: async (event: unknown) => preview(workspace.id, eventIn(event)),
    ensureRole: (userId: string, role: Role) => access.ensureRole(workspace.id, userId, role),
    async createOwnerKey(): Promise<string> {
      await access.ensureOwner(workspace.id, workspace.ownerUserId ?? FIRST_OWNER);
      return (await apiKeys.createOwnerKey(workspace.id)).key.reveal();
    },
    async recoverOwnerKey(workspaceId = workspace.id): Promise<string> {
      return (await apiKeys.recoverOwnerKey(workspaceId)).key.reveal();
    },
    ...createRootKeys({ db, keys, audit, workspaces }, workspace.id),
    stats: () => readStats(db),
    health: async (): Promise<MessagingHealth> => ({ storage: "ok", migrated: await isMigrated(storage) }),
    installedAt: async (): Promise<Date> => (await workspaces.get(workspace.id)).installedAt,

    startWorker: () => startWorker(storage, wakers, { ...connectorPorts, connections, alerts }),

    async close(): Promise<void> {
      await receiver.stop();
      await graph.close();
      await clients.close();
      await storage[Symbol.asyncDispose]();
    },
  };
}
