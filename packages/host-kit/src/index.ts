export { coalesce } from "./coalesce.ts";
export { type ClaimsRead, consentsOf, createDrain, type DrainPorts, FACT_TRIES_MAX } from "./drain.ts";
export { type EngineRequest, type Forwarding, forward, problemAnswer } from "./forward.ts";
export { type HostEngine, type HostEngineParts, hostEngine } from "./host-engine.ts";
export {
  CLAIM_ROWS_MAX,
  type ClaimedFact,
  type Intake,
  LEASE_MS,
  NOTHING_TO_TELL,
  type Origin,
  type WaitingFact,
} from "./intake.ts";
export { type IsPhoneVerified, phoneOfFirst, withVerifiedPhone } from "./phone.ts";
export { firstRoles, hostOptions, readSettings, type SettingsOf, type SettingsSource } from "./settings.ts";
export { type FindUserId, rightsOf, type Standing, setRole, standingOf } from "./staff.ts";
export { type Access, accessOf, type HostUser, type TeamMember, teamOf } from "./team.ts";
export { type Walk, walkChanges } from "./walk-changes.ts";
