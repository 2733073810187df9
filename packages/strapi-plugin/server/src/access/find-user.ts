import type { Core } from "@strapi/strapi";

/** The id of an admin user who is named by e-mail address or by id; undefined while there is none. */
export async function findUserId(strapi: Core.Strapi, named: string): Promise<string | undefined> {
  const where = named.includes("@") ? { email: named.toLowerCase() } : { id: Number(named) };
  const user: { id: number } | null = await strapi.db.query("admin::user").findOne({ where, select: ["id"] });
  return user ? String(user.id) : undefined;
}
