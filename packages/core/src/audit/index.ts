export { type Audit, createAudit } from "./audit.ts";
export { isAudited } from "./audit-store.ts";
export type { Actor, AuditFact } from "./entry.ts";
