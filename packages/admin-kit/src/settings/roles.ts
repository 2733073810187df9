import type { Role } from "../client/admin-client.ts";

export type GrantableRole = Exclude<Role, "service">;

/** The roles a person can be given. */
export const GRANTABLE_ROLES: readonly GrantableRole[] = [
  "owner",
  "admin",
  "privacy_officer",
  "operator",
  "developer",
  "viewer",
  "auditor",
];

/** Every role, programs last. */
export const ROLES_BY_POWER: readonly Role[] = [...GRANTABLE_ROLES, "service"];
