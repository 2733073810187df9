/** Limits that hold across features, with their units in their names. Those of one feature live in its folder. */

/** Meta sends up to 3 MB (its webhook page); the rest is slack. */
export const WEBHOOK_BODY_BYTES_MAX = 4 * 1024 * 1024;
export const EVENT_BODY_BYTES_MAX = 256 * 1024;
/** What a shop's platform posts is one order or customer, a few kB (assumed). */
export const CONNECTOR_BODY_BYTES_MAX = 1024 * 1024;
/** All bodies that are being read and came by an address or a key which strangers do not know. */
export const KNOWN_BODIES_BYTES_MAX = 24 * 1024 * 1024;
/** All bodies that are being read and that anybody could have sent. */
export const STRANGERS_BODIES_BYTES_MAX = 8 * 1024 * 1024;
export const JSON_DEPTH_MAX = 32;
/** Rows that one statement reads or writes at the most. */
export const BATCH_ROWS_MAX = 300;
export const PAGE_ROWS_MAX = 100;
/** A personal key lives at most this long, so that one that was forgotten ends by itself. */
export const PERSONAL_KEY_DAYS_MAX = 90;
export const SERVICE_KEY_DAYS_MAX = 730;
