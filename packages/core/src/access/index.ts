export { type Access, actorOf, createAccess, type Member, type MemberRow, requireRight } from "./access.ts";
export { may, RIGHTS, type Right, ROLES, type Role, rightsOf } from "./rights.ts";
