import type { MessageSummary } from "@webxkey/core/contract";

/** Somewhere else in the host: a real address, and the host's own way there. */
export interface Place {
  readonly href: string;
  open(): void;
}

/** The `filter` that leads to the messages that may mean stop, which are listed above all others. */
export const UNSURE_LIST = "unsure";

/**
 * How a page moves inside its host. The pages have no router: the host keeps `messageId` wherever it keeps such things
 * (a path, a query, a hash) and renders the page again when it changes.
 */
export interface Navigation {
  /** The list, narrowed to `filter`: where a message leads that waits for the same reason as others. */
  openList(filter: string): void;
  /** Where numbers and templates are; absent, nothing links there. */
  readonly settings?: Place | undefined;
  /** The host's own page about an order or account; null where it has none. */
  entityPlace?(entity: MessageSummary["entity"]): Place | null;
  /** The message whose timeline is open; null shows the list. */
  readonly messageId: string | null;
  openMessage(messageId: string): void;
  back(): void;
  /** What the list is narrowed to; kept where the way back from a message finds it again. */
  readonly filter: string | null;
  setFilter(filter: string | null): void;
  /** Where a message has an address of its own: makes real links, which open in a new tab. */
  messageHref?(messageId: string): string;
}
