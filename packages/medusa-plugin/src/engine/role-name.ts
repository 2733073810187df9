import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import { WebxkeyError } from "@webxkey/core";

/** The engine's schemas. */
const SCHEMAS = ["webxkey", "webxkey_keys"];

/**
 * PostgreSQL looks for a schema named like the role before it looks into `public`. A store that logs in as `webxkey` would
 * make its own next tables inside the engine's schema, and no longer find the old ones' neighbours.
 *
 * @throws WebxkeyError `invalid_configuration` for a role that is named like a schema of the engine.
 */
export async function refuseRoleNamedLikeSchema(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: [{ role: string }] }>("select current_user as role");
  const { role } = rows[0];
  if (!SCHEMAS.includes(role)) return;
  throw new WebxkeyError("invalid_configuration", {
    detail: `The database role is named ${role}, like a schema of the engine, and PostgreSQL would put the store's own tables there. Let the store log in with a role of another name.`,
  });
}
