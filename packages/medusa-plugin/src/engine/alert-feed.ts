import type { AlertOutlet } from "@webxkey/core";

/** What an alert needs of Medusa: its notification module, whose channel `feed` is the bell of the admin. */
export interface NotificationHost {
  readonly notifications: {
    createNotifications(notification: {
      readonly to: string;
      readonly channel: string;
      readonly template: string;
      readonly idempotency_key: string;
      readonly data: Readonly<Record<string, string>>;
    }): Promise<unknown>;
  };
}

/**
 * Puts alerts into the feed behind the bell of Medusa's admin. A store that configures its own notification providers and
 * lists none for the channel `feed` has no bell: then the delivery fails, and the alert is shown on the pages alone.
 */
export function alertFeed(host: () => NotificationHost): AlertOutlet {
  return {
    name: "medusa-feed",
    async deliver({ alertId, sentence }) {
      await host().notifications.createNotifications({
        to: "",
        channel: "feed",
        // The one template that the admin shows.
        template: "admin-ui",
        // Medusa passes over a key that was stored as sent: a repeated delivery rings once.
        idempotency_key: `webxkey.alert.${alertId}`,
        data: { title: "WhatsApp", description: sentence },
      });
    },
  };
}
