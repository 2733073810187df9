export { applyStatuses, type StatusFact } from "./apply-status.ts";
export { LEASE_MS, markDeadLeasesUnknown } from "./claim.ts";
export { phoneBinding } from "./consent-claims.ts";
export { createDispatch } from "./dispatch.ts";
export { expireMessages, requeueMendedHolds, settleHold } from "./holds.ts";
export { BURST_FLOOR_PER_HOUR, createIntake } from "./intake.ts";
export { WORK_CHANNEL } from "./outbox-store.ts";
export { createPublisher } from "./publish.ts";
export { startLoop } from "./worker.ts";
