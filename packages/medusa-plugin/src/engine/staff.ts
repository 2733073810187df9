import type { Messaging } from "@webxkey/core";
import type { MedusaHost } from "../connector/index.ts";
import type { PluginSettings } from "../options.ts";

/** The engine looks at path and query only. */
const ENGINE_ORIGIN = "http://engine.invalid";

/** The id of an admin user who is named by e-mail address or by id; undefined while there is none. */
export async function findUserId(host: MedusaHost, named: string): Promise<string | undefined> {
  const filters = named.includes("@") ? { email: named } : { id: named };
  const { data } = await host.query.graph({ entity: "user", fields: ["id"], filters });
  return (data[0] as { id: string } | undefined)?.id;
}

/** What a user may do, as the engine's own table says; nothing for a stranger. */
export async function rightsOf(engine: Messaging, userId: string): Promise<readonly string[]> {
  const answer = await engine.handler(new Request(new URL("/v1/me", ENGINE_ORIGIN)), { userId });
  if (!answer.ok) return [];
  const { rights } = (await answer.json()) as { rights: string[] };
  return rights;
}

/**
 * Gives the roles that the configuration names to users who have none yet. Who has one keeps it: from then on roles are
 * changed with `PUT /v1/members`, and a restart must not take that back.
 */
export async function grantFirstRoles(
  engine: Messaging,
  host: MedusaHost,
  ownerUserId: string,
  roles: PluginSettings["roles"],
): Promise<void> {
  const wanted = Object.entries(roles);
  if (wanted.length === 0) return;
  const owner = { userId: ownerUserId };
  const listed = await engine.handler(new Request(new URL("/v1/members", ENGINE_ORIGIN)), owner);
  const { members } = (await listed.json()) as { members: { user_id: string }[] };
  const known = new Set(members.map((member) => member.user_id));
  for (const [named, role] of wanted) {
    const userId = await findUserId(host, named);
    if (!userId || known.has(userId)) continue;
    await engine.handler(
      new Request(new URL(`/v1/members/${encodeURIComponent(userId)}`, ENGINE_ORIGIN), {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ role }),
      }),
      owner,
    );
  }
}
