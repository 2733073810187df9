import type { Core } from "@strapi/strapi";
import { toWebRequest } from "@webxkey/core/node";
import { forward } from "@webxkey/host-kit";
import { META_WEBHOOK_PATH } from "../engine/open-engine.ts";
import { runtimeOf } from "../engine/runtime-of.ts";
import { answerWith, type KoaContext } from "./koa.ts";

/**
 * Meta's handshake (GET) and its webhooks (POST), checked and answered by the engine. It stands before all of Strapi's middleware,
 * because a signature is over the bytes of a body that Strapi would have parsed; the signature is also its guard.
 */
export function metaWebhook(strapi: Core.Strapi) {
  return async (ctx: KoaContext, next: () => Promise<unknown>): Promise<unknown> => {
    if (!isMetaWebhook(ctx)) return await next();
    const { messaging, log } = runtimeOf(strapi);
    const query = ctx.url.slice(ctx.path.length);
    return await answerWith(
      ctx,
      await forward(toWebRequest(ctx.req, `/v1/meta/webhook${query}`), { messaging, log }),
    );
  };
}

/** However the path is spelt. */
function isMetaWebhook({ method, path }: KoaContext): boolean {
  return (
    (method === "GET" || method === "POST") && path.toLowerCase().replace(/\/$/, "") === META_WEBHOOK_PATH
  );
}
