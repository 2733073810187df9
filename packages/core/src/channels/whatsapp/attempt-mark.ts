import { isUuid } from "../../kernel/ids.ts";

const VERSION = "v1.";

/**
 * Our mark in `biz_opaque_callback_data`, which statuses carry back. Every app subscribed to the account can read it, so
 * it holds a random id and nothing else.
 */
export function markOfAttempt(attemptId: string): string {
  return `${VERSION}${attemptId}`;
}

/** The attempt a status belongs to; undefined for marks of other software on the same account. */
export function attemptOfMark(mark: string | undefined): string | undefined {
  if (!mark?.startsWith(VERSION)) return undefined;
  const attemptId = mark.slice(VERSION.length);
  return isUuid(attemptId) ? attemptId.toLowerCase() : undefined;
}
