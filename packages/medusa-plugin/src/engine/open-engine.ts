import {
  type AlertOutlet,
  alertWebhook,
  createMessaging,
  type Log,
  type Messaging,
  postgres,
  secret,
} from "@webxkey/core";
import type { PluginSettings } from "../options.ts";

/** Where Meta posts its webhooks: a route of this plugin. */
export const META_WEBHOOK_PATH = "/hooks/webxkey/meta";

export interface EngineParts {
  readonly settings: PluginSettings;
  /** Left out by a command that raises no alerts. */
  readonly alertFeed?: AlertOutlet;
  readonly log: Log;
}

/** The engine on the store's own PostgreSQL, in the schema `webxkey`. Connects at its first use. */
export function createEngine({ settings, alertFeed, log }: EngineParts): Messaging {
  const { alertWebhook: webhook } = settings;
  return createMessaging({
    storage: postgres({
      connectionString: settings.databaseUrl,
      ...(settings.keysDatabaseUrl && { keysConnectionString: settings.keysDatabaseUrl }),
    }),
    rootKey: secret(settings.rootKey),
    workspace: { id: settings.workspaceId, name: settings.shopName },
    rules: settings.rules,
    wordings: settings.wordings,
    webhookUrl: new URL(META_WEBHOOK_PATH, settings.publicUrl).href,
    ...(settings.graphUrl && { graphUrl: settings.graphUrl }),
    ...(settings.graphVersion && { graphVersion: settings.graphVersion }),
    ...(settings.burstFloorPerHour && { burstFloorPerHour: settings.burstFloorPerHour }),
    alertOutlets: [
      ...(alertFeed ? [alertFeed] : []),
      ...(webhook ? [alertWebhook({ url: webhook.url, secret: secret(webhook.secret) })] : []),
    ],
    log,
  });
}
