import type { Messaging } from "@webxkey/core";
import { listMembers, standingOf } from "./staff.ts";

/** A user of the host's admin, as colleagues know them. */
export interface HostUser {
  readonly userId: string;
  readonly name: string | null;
  readonly email: string;
}

/** What somebody may do here, and, while that is nothing, who can give them a role. */
export interface Access {
  readonly role: string | null;
  readonly managers: readonly Pick<HostUser, "name" | "email">[];
}

/** A user of the host with their role, or a member whom the host no longer knows. */
export interface TeamMember {
  readonly user_id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly since: string | null;
}

const MANAGING_ROLES = new Set(["owner", "admin"]);

/**
 * Every user of the host beside the role that they have here, and every member whom the host no longer knows.
 *
 * @throws WebxkeyError `forbidden` for somebody who may not see members.
 */
export async function teamOf(
  engine: Messaging,
  byUserId: string,
  users: readonly HostUser[],
): Promise<TeamMember[]> {
  const members = new Map((await listMembers(engine, byUserId)).map((member) => [member.user_id, member]));
  const known = new Set(users.map(({ userId }) => userId));
  const gone = [...members.values()].filter(({ user_id }) => !known.has(user_id));
  return [
    ...users.map(({ userId, name, email }) => {
      const { role = null, since = null } = members.get(userId) ?? {};
      return { user_id: userId, name, email, role, since };
    }),
    ...gone.map((member) => ({ ...member, name: null, email: null })),
  ];
}

/**
 * Whether somebody has a role here, and if not, whom to ask for one. It says nothing else, so that everybody who is signed in to
 * the host may know it.
 *
 * @param owner the configured owner: the e-mail address or user id of the option, and the user behind it once there is one.
 */
export async function accessOf(
  engine: Messaging,
  userId: string,
  owner: { readonly named: string; readonly userId: string | undefined },
  users: () => Promise<readonly HostUser[]>,
): Promise<Access> {
  const standing = await standingOf(engine, userId);
  if (standing) return { role: standing.role, managers: [] };
  const named = owner.named.includes("@") ? [{ name: null, email: owner.named }] : [];
  if (owner.userId === undefined) return { role: null, managers: named };
  // The configured owner may have lost the right to see members since; then the option is all there is to go by.
  const { rights = [] } = (await standingOf(engine, owner.userId)) ?? {};
  if (!rights.includes("member:read")) return { role: null, managers: named };
  const managing = new Set(
    (await listMembers(engine, owner.userId))
      .filter(({ role }) => MANAGING_ROLES.has(role))
      .map(({ user_id }) => user_id),
  );
  const managers = (await users()).filter(({ userId: id }) => managing.has(id));
  return { role: null, managers: managers.map(({ name, email }) => ({ name, email })) };
}
