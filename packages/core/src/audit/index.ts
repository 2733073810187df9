export { type Audit, createAudit } from "./audit.ts";
export type { Actor, AuditFact } from "./entry.ts";
