import type { HostUser } from "@webxkey/host-kit";
import type { MedusaHost } from "../connector/index.ts";

/** More people than work in one shop's admin. */
const USERS_MAX = 1_000;

interface MedusaUser {
  readonly id: string;
  readonly email: string;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
}

/** The id of an admin user who is named by e-mail address or by id; undefined while there is none. */
export async function findUserId(host: MedusaHost, named: string): Promise<string | undefined> {
  const filters = named.includes("@") ? { email: named } : { id: named };
  const { data } = await host.query.graph({ entity: "user", fields: ["id"], filters });
  return (data[0] as MedusaUser | undefined)?.id;
}

/** Everybody who has an account in the store's admin, by name. */
export async function listUsers(host: MedusaHost): Promise<HostUser[]> {
  const { data } = await host.query.graph({
    entity: "user",
    fields: ["id", "email", "first_name", "last_name"],
    filters: {},
    pagination: { take: USERS_MAX, skip: 0, order: { first_name: "ASC", email: "ASC" } },
  });
  return (data as MedusaUser[]).map(({ id, email, first_name, last_name }) => ({
    userId: id,
    name: [first_name, last_name].filter(Boolean).join(" ") || null,
    email,
  }));
}
