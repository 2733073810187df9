import type { AlertOutlet } from "./alerts/index.ts";
import type { WebhookConnector } from "./events/index.ts";
import type { Clock } from "./kernel/clock.ts";
import type { IdSource } from "./kernel/ids.ts";
import type { Log } from "./kernel/log.ts";
import type { Secret } from "./kernel/secret.ts";
import type { OnStep, SendWindows } from "./outbox/windows.ts";
import type { Rule } from "./rules/index.ts";
import type { StorageOption } from "./storage/index.ts";

/** The words a person saw and agreed to. A changed text is a new version; the old one is kept as long as a record cites it. */
export interface ConsentWording {
  /** Stable name, such as `checkout-order-updates`. */
  readonly id: string;
  readonly version: string;
  /** BCP 47. */
  readonly language: string;
  /** What the person agrees to. One wording serves one purpose: there is no bundled "all". */
  readonly purpose: "order-updates" | "account" | "support" | "marketing";
  /** The exact text beside the box, which is never pre-ticked. */
  readonly text: string;
}

export interface MessagingOptions {
  /** `postgres({ connectionString })` to share and scale, `pglite({ dataDir })` to embed (one process). */
  readonly storage: StorageOption;
  /** 32 random bytes in base64 (`openssl rand -base64 32`). There is no default: losing it loses every encrypted value. */
  readonly rootKey: Secret;
  readonly workspace: {
    /** Lower-case letters, digits and dashes; every row carries it. */
    readonly id: string;
    /** The business name that people see and consent to. */
    readonly name: string;
    /** The host's user id of the first owner. Without one nobody may connect a sender. */
    readonly ownerUserId?: string;
  };
  readonly rules: readonly Rule[];
  readonly wordings: readonly ConsentWording[];
  /** Meta's Graph API, or a simulator's URL. https is required outside loopback. */
  readonly graphUrl?: string;
  /** Such as `v25.0`; unversioned calls are not made. */
  readonly graphVersion?: string;
  /** The public URL of the Meta webhook route, told to Meta when a sender is connected. */
  readonly webhookUrl: string;
  /** The platforms whose shops can be connected by webhook. */
  readonly connectors?: readonly WebhookConnector[];
  /** The public URL of `/v1/connectors`, without a slash at its end. Needed where there are connectors. */
  readonly connectorsUrl?: string;
  /**
   * Hosts of platforms that may be in a private network. Every other platform has to be on the public internet, because the
   * addresses are typed in by merchants.
   */
  readonly privatePlatformHosts?: readonly string[];
  /** How people are told of what is wrong, such as `alertWebhook`. Alerts are listed in the pages whether there is one or not. */
  readonly alertOutlets?: readonly AlertOutlet[];
  /** Sends of one rule an hour before they are held for a person to look at. */
  readonly burstFloorPerHour?: number;
  /** For tests and chaos runs: shorter waits than the send protocol's own. */
  readonly windows?: Partial<SendWindows>;
  /** For chaos runs: called at each step of the send path, where the process may be killed. */
  readonly onStep?: OnStep;
  readonly log: Log;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}
