import type { Role } from "../client/admin-client.ts";
import type { TeamMember } from "../client/host-client.ts";
import type { I18n } from "../i18n/i18n.ts";

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

/** Somebody who has a role. */
export type Member = TeamMember & { readonly role: Role };

/** How a member is called: by name, else by e-mail; a program and somebody whom the host no longer knows as what they are. */
export function memberLabel({ t }: Pick<I18n, "t">, { name, email, role }: Member): string {
  return name ?? email ?? t(role === "service" ? "members.program" : "members.gone");
}
