import type { FaultRequest } from "@webxkey/testing";
import { CHAOS_WINDOWS } from "../windows.ts";

/** Longer than a call may take. */
const TOO_LONG_MS = CHAOS_WINDOWS.requestMs * 2;

/** Everything that a call to Meta, its answer or its statuses may suffer, each by the name in the figures. */
export const FAULTS: Readonly<Record<string, FaultRequest>> = {
  number_rate_limited: { kind: "graph_error", code: 130429 },
  retry_after: { kind: "graph_error", code: 130429, retryAfterSeconds: 6 },
  pair_rate_limited: { kind: "graph_error", code: 131056 },
  unclear_131000: { kind: "server_error_before", code: 131000 },
  unclear_131016: { kind: "server_error_before", code: 131016 },
  unclear_131000_after: { kind: "server_error_after", code: 131000 },
  server_error_before: { kind: "server_error_before" },
  server_error_after: { kind: "server_error_after" },
  reset_before: { kind: "reset_before" },
  reset_after: { kind: "reset_after" },
  hang_before: { kind: "hang_before" },
  hang_after: { kind: "hang_after" },
  slow_answer: { kind: "slow_answer", delayMs: TOO_LONG_MS },
  slow_drip: { kind: "slow_drip", delayMs: TOO_LONG_MS },
  truncated_body: { kind: "truncated_body" },
  truncated_json: { kind: "truncated_json" },
  wrong_content_type: { kind: "wrong_content_type" },
  webhook_before_response: { kind: "webhook_before_response" },
  missing_delivered: { kind: "missing_delivered" },
  delayed_statuses: { kind: "delayed_statuses", delayMs: CHAOS_WINDOWS.settleMs / 4 },
  duplicate_webhooks: { kind: "duplicate_webhooks" },
  reordered_statuses: { kind: "reordered_statuses" },
  wrong_signature: { kind: "wrong_signature", flaw: "wrong" },
};
