/**
 * The rights of each role: deny by default, one row a right. A role that is not in a right's row does not have it.
 * The table is the product's promise (SECURITY.md prints it); change it there and here together.
 */
export const ROLES = [
  "owner",
  "admin",
  "privacy_officer",
  "operator",
  "developer",
  "viewer",
  "auditor",
  "service",
] as const;

export type Role = (typeof ROLES)[number];

export const RIGHTS = {
  "workspace:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "workspace:write": ["owner", "admin"],
  // Both count only in the installation's first workspace, whose owner is the operator of the installation.
  "workspace:list": ["owner"],
  "workspace:create": ["owner"],
  "member:read": ["owner", "admin"],
  "member:write": ["owner", "admin"],
  // A personal key is for oneself, so that everybody who is a person may make, see and end their own.
  "key:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "key:create": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "key:revoke": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  // Service keys, and the keys of everybody.
  "key:manage": ["owner", "admin"],
  "sender:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer"],
  "sender:connect": ["owner", "admin"],
  "sender:check": ["owner", "admin", "operator", "developer"],
  "connection:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer"],
  "connection:write": ["owner", "admin"],
  "template:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "template:sync": ["owner", "admin", "operator", "developer"],
  "rule:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "rule:write": ["owner", "admin", "operator"],
  "message:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer"],
  "message:release": ["owner", "admin", "operator"],
  // The words of customers, which lists and timelines of messages do not show.
  "answer:read": ["owner", "admin", "privacy_officer", "operator"],
  "answer:mark": ["owner", "admin", "operator"],
  "consent:read": ["owner", "admin", "privacy_officer", "operator", "viewer"],
  // A service claims, a person attests; nobody but the person in question confirms.
  "consent:grant": ["owner", "privacy_officer", "service"],
  "consent:import": ["owner", "privacy_officer"],
  "consent:withdraw": ["privacy_officer", "operator", "service"],
  "wording:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer", "auditor"],
  "wording:write": ["owner", "admin", "privacy_officer"],
  "unsure:read": ["owner", "admin", "privacy_officer", "operator"],
  "unsure:answer": ["owner", "admin", "privacy_officer", "operator"],
  "privacy:read": ["owner", "admin", "privacy_officer", "auditor"],
  "privacy:answer": ["owner", "privacy_officer"],
  "event:publish": ["service"],
  "alert:read": ["owner", "admin", "privacy_officer", "operator", "developer", "viewer"],
  "alert:acknowledge": ["owner", "admin", "privacy_officer", "operator"],
  "audit:read": ["owner", "privacy_officer", "auditor"],
  "audit:verify": ["owner", "admin", "privacy_officer", "auditor"],
} as const satisfies Record<string, readonly Role[]>;

/** Scopes of service keys, each a right of its own. A key has those it was made with and no other. */
export const SERVICE_SCOPES = [
  "event:publish",
  "consent:grant",
  "consent:withdraw",
] as const satisfies readonly (keyof typeof RIGHTS)[];

export type ServiceScope = (typeof SERVICE_SCOPES)[number];

export type Right = keyof typeof RIGHTS;

export function may(role: Role, right: Right): boolean {
  return (RIGHTS[right] as readonly Role[]).includes(role);
}

export function rightsOf(role: Role): Right[] {
  return (Object.keys(RIGHTS) as Right[]).filter((right) => may(role, right));
}
