import type { Core } from "@strapi/strapi";
import type { HostUser } from "@webxkey/host-kit";

/** More people than work in one shop's admin. */
const USERS_MAX = 1_000;

interface AdminUser {
  readonly id: number;
  readonly email: string;
  readonly firstname?: string | null;
  readonly lastname?: string | null;
}

/** The id of an admin user who is named by e-mail address or by id; undefined while there is none. */
export async function findUserId(strapi: Core.Strapi, named: string): Promise<string | undefined> {
  const where = named.includes("@") ? { email: named.toLowerCase() } : { id: Number(named) };
  const user: AdminUser | null = await strapi.db.query("admin::user").findOne({ where, select: ["id"] });
  return user ? String(user.id) : undefined;
}

/** Everybody who has an account in the admin, by name. */
export async function listUsers(strapi: Core.Strapi): Promise<HostUser[]> {
  const users: AdminUser[] = await strapi.db.query("admin::user").findMany({
    select: ["id", "email", "firstname", "lastname"],
    orderBy: [{ firstname: "asc" }, { email: "asc" }],
    limit: USERS_MAX,
  });
  return users.map(({ id, email, firstname, lastname }) => ({
    userId: String(id),
    name: [firstname, lastname].filter(Boolean).join(" ") || null,
    email,
  }));
}
