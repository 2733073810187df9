/**
 * Every error the engine can raise, in one place. `status` is the HTTP answer, `retry` the advice to a caller:
 * the same call may be repeated `now` or `later`, or `never` with the same input.
 */
export const ERROR_CODES = {
  invalid_input: { status: 400, retry: "never", title: "The input is not valid" },
  invalid_event: { status: 400, retry: "never", title: "The body is not a valid event" },
  unknown_event_type: { status: 422, retry: "never", title: "The event type is not in the vocabulary" },
  unauthenticated: { status: 401, retry: "never", title: "Sign in first" },
  bad_signature: { status: 401, retry: "never", title: "The signature does not match the body" },
  forbidden: { status: 403, retry: "never", title: "Your role does not allow this" },
  not_found: { status: 404, retry: "never", title: "Not found" },
  conflict: { status: 409, retry: "never", title: "This contradicts what is already stored" },
  event_id_reused: { status: 409, retry: "never", title: "This event id was used with another body" },
  body_too_large: { status: 413, retry: "never", title: "The body is too large" },
  unsupported_media_type: { status: 415, retry: "never", title: "The body is not JSON" },
  too_many_requests: { status: 429, retry: "later", title: "Too many requests" },
  sender_rejected: { status: 422, retry: "never", title: "Meta did not accept the number" },
  graph_refused: { status: 502, retry: "never", title: "Meta refused the request" },
  graph_unavailable: { status: 502, retry: "later", title: "Meta could not be reached" },
  platform_refused: { status: 502, retry: "never", title: "The shop's platform refused the request" },
  platform_unavailable: { status: 502, retry: "later", title: "The shop's platform could not be reached" },
  platform_unauthorized: {
    status: 502,
    retry: "never",
    title: "The shop's platform refused the credentials",
  },
  platform_not_found: { status: 502, retry: "never", title: "There is no such API at the shop's address" },
  platform_redirects: { status: 502, retry: "never", title: "The shop's address redirects to another one" },
  answer_too_large: { status: 502, retry: "never", title: "The shop's answer is too large" },
  answer_unreadable: {
    status: 502,
    retry: "later",
    title: "The shop answered with something else than its API's JSON",
  },
  overloaded: { status: 503, retry: "later", title: "Too much is being done at once" },
  storage_unavailable: { status: 503, retry: "later", title: "The database is not available" },
  data_dir_locked: { status: 503, retry: "never", title: "Another process has the data directory open" },
  schema_newer: { status: 500, retry: "never", title: "The database was migrated by a newer version" },
  schema_changed: {
    status: 500,
    retry: "never",
    title: "An applied migration differs from the one in this version",
  },
  schema_missing: { status: 500, retry: "never", title: "The database is not migrated" },
  key_missing: { status: 500, retry: "never", title: "An encryption key is missing" },
  bad_root_key: { status: 500, retry: "never", title: "The root key is not valid" },
  decrypt_failed: { status: 500, retry: "never", title: "A stored value cannot be decrypted" },
  invalid_configuration: { status: 500, retry: "never", title: "The configuration is not valid" },
  internal: { status: 500, retry: "later", title: "Something went wrong on our side" },
} as const satisfies Record<string, ErrorCodeEntry>;

export interface ErrorCodeEntry {
  readonly status: number;
  readonly retry: "now" | "later" | "never";
  readonly title: string;
}

export type ErrorCode = keyof typeof ERROR_CODES;
