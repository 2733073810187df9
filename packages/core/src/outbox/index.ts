export { type AppliedStatuses, applyStatuses, type StatusFact } from "./apply-status.ts";
export { LEASE_MS, markDeadLeasesUnknown } from "./claim.ts";
export { phoneBinding } from "./consent-claims.ts";
export { createDispatch, type DispatchPorts } from "./dispatch.ts";
export { expireMessages, requeueMendedHolds, settleHold } from "./holds.ts";
export { BURST_FLOOR_PER_HOUR, createIntake } from "./intake.ts";
export { WORK_CHANNEL } from "./outbox-store.ts";
export { createPublisher, type Publisher } from "./publish.ts";
export { type Loop, startLoop } from "./worker.ts";
