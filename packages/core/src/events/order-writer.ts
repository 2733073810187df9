/** What is written back to an order, such as a customer's confirmation. Platforms differ in what they can take. */
export type WriteBack =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "tag"; readonly tag: string }
  /** A field of the order itself, by the platform's own name. */
  | { readonly kind: "field"; readonly field: string; readonly value: string | number | boolean | null };

/**
 * The orders of one shop, as they are written back to: one port for platforms that post webhooks and for those inside whose process
 * a plugin runs. Prove one with `orderWriterContract` from `@webxkey/testing/contracts`.
 */
export interface OrderWriter {
  /** What it can write. */
  readonly writes: readonly WriteBack["kind"][];
  /**
   * Writes once; a repeated note is a second one. What a person wrote before stays.
   *
   * @param orderRef the platform's own id, as events name it.
   * @throws WebxkeyError `invalid_input` for a kind that is not in `writes` or a field that may not be written; an error where the
   * order is not there, or the platform cannot be reached or refuses.
   */
  write(orderRef: string, what: WriteBack): Promise<void>;
}
