/**
 * How a page moves inside its host. The pages have no router: the host keeps `messageId` wherever it keeps such things
 * (a path, a query, a hash) and renders the page again when it changes.
 */
export interface Navigation {
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
