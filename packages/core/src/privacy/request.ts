const DAY_MS = 24 * 60 * 60_000;
/** Shopify's rule for its three topics, and within what the GDPR gives (article 12(3): a month). */
const DUE_DAYS = 30;

/** What a person, or a shop that leaves its platform, asks for by law. It stays open until a person or the erasure ends it. */
export interface PrivacyRequest {
  readonly requestId: string;
  readonly kind: "access" | "erase_person" | "erase_shop";
  readonly state: "open";
  readonly connector: string;
  readonly source: string;
  readonly receivedAt: Date;
  readonly dueAt: Date;
  /** People who are not written to any more because of it. */
  readonly restricted: number;
}

export interface NewPrivacyRequest
  extends Pick<PrivacyRequest, "requestId" | "kind" | "connector" | "source"> {
  readonly workspaceId: string;
  readonly connectionId: string;
  /** What makes the wish one of a kind at its platform. */
  readonly wishKey: string;
  readonly deliveryId: string | null;
  /** Whom it is about, in the platform's words. */
  readonly person: Readonly<Record<string, unknown>>;
  readonly receivedAt: Date;
}

export function dueAt(receivedAt: Date): Date {
  return new Date(receivedAt.getTime() + DUE_DAYS * DAY_MS);
}
