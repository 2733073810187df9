export { type Audit, type AuditFault, type AuditVerdict, createAudit } from "./audit.ts";
export type { Actor, ActorType, AuditFact } from "./entry.ts";
