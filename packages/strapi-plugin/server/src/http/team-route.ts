import type { Core } from "@strapi/strapi";
import { teamOf } from "@webxkey/host-kit";
import { listUsers } from "../access/users.ts";
import { answering } from "./admin.ts";
import type { KoaContext } from "./koa.ts";

/** `GET /webxkey/team`: the users of this admin with the roles that Strapi's permissions gave them. */
export function listTeam(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime, caller }) =>
      Response.json({
        people: await teamOf(await runtime.messaging(), caller.userId, await listUsers(strapi)),
      }),
    );
}
