import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { isMoving } from "./message-view.ts";

/** How often messages are read again while one is on its way, and while none is. Both rest while the tab is hidden. */
export const MOVING_REFETCH_MS = 3_000;
export const RESTING_REFETCH_MS = 15_000;

/** The pace at which what is shown has to be read again. */
export function useRefetchInterval(): (messages: readonly MessageSummary[] | undefined) => number {
  const { now } = useAdmin();
  return (messages) =>
    messages?.some((message) => isMoving(message, now())) ? MOVING_REFETCH_MS : RESTING_REFETCH_MS;
}
