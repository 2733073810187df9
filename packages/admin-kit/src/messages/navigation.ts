import type { MessageSummary } from "@webxkey/core/contract";

/** Somewhere else in the host: a real address, and the host's own way there. */
export interface Place {
  readonly href: string;
  open(): void;
}

/** The `filter` that leads to the messages that may mean stop, which are listed above all others. */
export const UNSURE_LIST = "unsure";

/**
 * The moves of a page inside its host. The pages have no router: the host keeps `messageId` wherever it keeps such things
 * (a path, a query, a hash) and renders the page again when it changes.
 */
export interface Navigation {
  /** The list, narrowed to `filter`: where a message leads that waits for the same reason as others. */
  openList(filter: string): void;
  /** The page of numbers and templates; absent, nothing links to it. */
  readonly settings?: Place | undefined;
  /** The host's own page about an order or account; null where it has none. */
  entityPlace?(entity: MessageSummary["entity"]): Place | null;
  /** The message whose timeline is open; null shows the list. */
  readonly messageId: string | null;
  openMessage(messageId: string): void;
  back(): void;
  /** The filter of the list. The host keeps it, so that the way back from a message finds it again. */
  readonly filter: string | null;
  setFilter(filter: string | null): void;
  /** The address of a message, if the host gives it one: then links are real and open in a new tab. */
  messageHref?(messageId: string): string;
}
