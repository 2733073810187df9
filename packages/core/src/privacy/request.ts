const DAY_MS = 24 * 60 * 60_000;
/** Shopify's rule for its three topics, and within what the GDPR gives (article 12(3): a month). */
const DUE_DAYS = 30;

/** What a person, or a shop that leaves its platform, asks for by law. It stays open until a person or the erasure ends it. */
export interface PrivacyRequest {
  readonly requestId: string;
  readonly kind: "access" | "erase_person" | "erase_shop";
  readonly state: "open" | "answered";
  readonly connector: string;
  readonly source: string;
  readonly receivedAt: Date;
  readonly dueAt: Date;
  /** Still open although it was due. */
  readonly overdue: boolean;
  readonly answeredAt: Date | null;
  /** People who are not written to any more because of it. */
  readonly restricted: number;
}

/** Whom a request is about, as the platform knows the person; empty for a whole shop. */
export interface PrivacyPerson {
  readonly phone?: string;
  readonly customerRef?: string;
  readonly orderRefs?: readonly string[];
}

/** A request with whom it is about and how it was answered: for those who have to see to it. */
export interface ShownPrivacyRequest extends PrivacyRequest {
  readonly person: PrivacyPerson;
  readonly answer: { readonly by: string; readonly at: Date; readonly note: string } | null;
}

export interface NewPrivacyRequest
  extends Pick<PrivacyRequest, "requestId" | "kind" | "connector" | "source"> {
  readonly workspaceId: string;
  readonly connectionId: string;
  /** What makes the wish one of a kind at its platform. */
  readonly wishKey: string;
  readonly deliveryId: string | null;
  readonly person: PrivacyPerson;
  readonly receivedAt: Date;
}

export function dueAt(receivedAt: Date): Date {
  return new Date(receivedAt.getTime() + DUE_DAYS * DAY_MS);
}

export function isOverdue(request: Pick<PrivacyRequest, "state" | "dueAt">, now: Date): boolean {
  return request.state === "open" && request.dueAt < now;
}
