export { type Access, actorOf, createAccess, type Member, requireRight } from "./access.ts";
export { type Right, type Role, rightsOf } from "./rights.ts";
