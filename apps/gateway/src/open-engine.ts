import {
  createLog,
  createMessaging,
  type Log,
  type Messaging,
  type Secret,
  starterRules,
} from "@webxkey/core";
import { alertOutletsOf } from "./alert-outlets.ts";
import { CONNECTORS } from "./connectors.ts";
import type { EngineSettings } from "./env.ts";

/** The installation's first workspace. Further ones are made with `workspace create`. */
const FIRST_WORKSPACE = { id: "main", name: "Main" } as const;

/** A process that stays logs JSON lines on standard output; what a person reads at the terminal goes to standard error. */
export function createProcessLog(settings: EngineSettings): Log {
  return createLog({ level: settings.logLevel });
}

/** A command's standard output is its answer, which a script may read: its log goes to standard error too. */
export function createCommandLog(settings: EngineSettings): Log {
  return createLog({ level: settings.logLevel, destination: process.stderr });
}

/** The engine as every process of an installation makes it. Nothing is opened before its first call. */
export function openEngine(
  settings: EngineSettings & { readonly rootKey: Secret },
  { log, port = settings.port }: { readonly log: Log; readonly port?: number },
): Messaging {
  const base = settings.publicUrl ?? `http://127.0.0.1:${port}`;
  return createMessaging({
    storage: settings.storage,
    rootKey: settings.rootKey,
    workspace: FIRST_WORKSPACE,
    rules: starterRules,
    wordings: [],
    webhookUrl: `${base}/v1/meta/webhook`,
    connectors: CONNECTORS,
    connectorsUrl: `${base}/v1/connectors`,
    privatePlatformHosts: settings.privatePlatformHosts,
    alertOutlets: alertOutletsOf(settings.alerts),
    log,
    ...(settings.graphUrl && { graphUrl: settings.graphUrl }),
    ...(settings.graphVersion && { graphVersion: settings.graphVersion }),
  });
}
