import type { Core } from "@strapi/strapi";
import { answering, requireRight } from "./admin.ts";
import type { KoaContext } from "./koa.ts";

const ROWS_MAX = 100;

/** `GET /webxkey/intake`: what the application told and the engine has not taken, in keys and codes, never a person's data. */
export function listIntake(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime: { intake }, standing }) => {
      requireRight(standing, "message:read");
      return Response.json({ waiting: await intake.waiting(ROWS_MAX) });
    });
}

/** `POST /webxkey/intake/retry`: what was given up is tried again. */
export function retryIntake(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime: { intake, drain }, standing }) => {
      requireRight(standing, "message:release");
      const retried = await intake.retryParked();
      void drain();
      return Response.json({ retried });
    });
}
