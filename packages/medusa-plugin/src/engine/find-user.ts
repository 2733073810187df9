import type { MedusaHost } from "../connector/index.ts";

/** The id of an admin user who is named by e-mail address or by id; undefined while there is none. */
export async function findUserId(host: MedusaHost, named: string): Promise<string | undefined> {
  const filters = named.includes("@") ? { email: named } : { id: named };
  const { data } = await host.query.graph({ entity: "user", fields: ["id"], filters });
  return (data[0] as { id: string } | undefined)?.id;
}
