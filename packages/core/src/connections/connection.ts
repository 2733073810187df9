import type { Connector, PlatformEntities, WebhookConnector } from "../events/index.ts";
import type { MappedConsent } from "../storage/index.ts";
import type { Problem } from "./problem.ts";

/** A shop on a platform, as a workspace connected it. */
export interface Connection {
  readonly workspaceId: string;
  readonly connectionId: string;
  /** The `id` of its `WebhookConnector`. */
  readonly connector: string;
  /** The shop's name that people see. */
  readonly name: string;
  /** `source` of its events. */
  readonly source: string;
  readonly consentMapping: readonly MappedConsent[];
  /** Paused: deliveries are kept where they can be read later, and nothing is read or polled. */
  readonly state: "active" | "paused";
  /** What happened before is recorded and never sent. */
  readonly installedAt: Date;
  /** Where the next poll begins to look. */
  readonly pollFrom: Date;
  readonly lastDeliveryAt: Date | null;
  readonly lastProblem: Problem | null;
}

/** A connection with what its platform's translation needs, opened for one piece of work. */
export interface OpenConnection extends Connection {
  /** The settings that it was opened from; another value as soon as others are saved. */
  readonly settingsSealed: Uint8Array;
  readonly platform: WebhookConnector;
  readonly settings: unknown;
  readonly translation: Connector<PlatformEntities>;
}

/** How long an address or a secret still counts after another one took its place: the platform is told by hand. */
export const ROTATION_GRACE_MS = 24 * 60 * 60_000;

/** Ids are made in the order of time, so that their ends tell them apart and not their beginnings. */
const SHORT_CHARS = 12;

/** The source of a connection that was given none. */
export function defaultSource({
  connector,
  connectionId,
}: Pick<Connection, "connector" | "connectionId">): string {
  return `/${connector}/${connectionId.slice(-SHORT_CHARS)}`;
}
