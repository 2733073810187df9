import { resolve } from "node:path";
import {
  alertWebhook,
  createMessaging,
  type Log,
  type Messaging,
  pglite,
  postgres,
  secret,
} from "@webxkey/core";
import type { PluginSettings } from "../options.ts";

/** Where Meta posts its webhooks. */
export const META_WEBHOOK_PATH = "/api/webxkey/meta";

/**
 * The engine on the application's own PostgreSQL, in the schema `webxkey`; on any other database in a directory beside the
 * application, which one process alone may open. Connects at its first use.
 */
export function createEngine(settings: PluginSettings, appRoot: string, log: Log): Messaging {
  const { databaseUrl, keysDatabaseUrl, dataDir, alertWebhook: webhook } = settings;
  return createMessaging({
    storage: databaseUrl
      ? postgres({
          connectionString: databaseUrl,
          ...(keysDatabaseUrl && { keysConnectionString: keysDatabaseUrl }),
        })
      : pglite({ dataDir: resolve(appRoot, dataDir) }),
    rootKey: secret(settings.rootKey),
    workspace: { id: settings.workspaceId, name: settings.shopName },
    rules: settings.rules,
    wordings: settings.wordings,
    webhookUrl: new URL(META_WEBHOOK_PATH, settings.publicUrl).href,
    ...(settings.graphUrl && { graphUrl: settings.graphUrl }),
    ...(settings.graphVersion && { graphVersion: settings.graphVersion }),
    ...(settings.burstFloorPerHour && { burstFloorPerHour: settings.burstFloorPerHour }),
    ...(webhook && {
      alertOutlets: [alertWebhook({ url: webhook.url, secret: secret(webhook.secret) })],
    }),
    log,
  });
}
