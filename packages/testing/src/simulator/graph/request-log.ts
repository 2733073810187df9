import { ACCEPTED_KEPT_MAX } from "../world.ts";

/** One call to the Graph API and how it was answered. */
export interface GraphRequestEntry {
  atMs: number;
  method: string;
  /** Without the query, which may hold a token. */
  path: string;
  /** Undefined when the connection was closed or left open without an answer. */
  status?: number;
  /** Graph's error code. */
  code?: number;
  /** `biz_opaque_callback_data` of a send, whether it was accepted or not. */
  callbackData?: string;
}

export interface RequestLog {
  add(entry: GraphRequestEntry): void;
  /** Oldest first. */
  list(): GraphRequestEntry[];
  clear(): void;
}

/** As many as accepted messages are kept, so that a long run finds each with its call. */
const REQUESTS_KEPT_MAX = ACCEPTED_KEPT_MAX;

export function createRequestLog(): RequestLog {
  const entries: GraphRequestEntry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > REQUESTS_KEPT_MAX * 2) entries.splice(0, entries.length - REQUESTS_KEPT_MAX);
    },
    list: () => entries.slice(-REQUESTS_KEPT_MAX),
    clear() {
      entries.length = 0;
    },
  };
}
