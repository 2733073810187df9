import type { Core } from "@strapi/strapi";
import { answerNode, toWebRequest } from "@webxkey/core/node";
import { forward } from "@webxkey/host-kit";
import { META_WEBHOOK_PATH } from "../engine/open-engine.ts";
import { runtimeOf } from "../engine/runtime-of.ts";
import type { KoaContext } from "./koa.ts";

/**
 * Meta's handshake (GET) and its webhooks (POST), checked and answered by the engine. It stands before all of Strapi's middleware,
 * because a signature is over the bytes of a body that Strapi would have parsed; the signature is also its guard.
 */
export function metaWebhook(strapi: Core.Strapi) {
  return async (ctx: KoaContext, next: () => Promise<unknown>): Promise<unknown> => {
    const address = webhookAddress(ctx);
    if (address === undefined) return await next();
    const { messaging, log } = runtimeOf(strapi);
    const query = ctx.url.slice(ctx.path.length);
    const toEngine = toWebRequest(ctx.req, `/v1/meta/webhook${address}${query}`);
    // Written here and not by Koa, which would close the connection on a sender that is still writing.
    ctx.respond = false;
    await answerNode(ctx.req, ctx.res, await forward(toEngine, { messaging, log }));
    return undefined;
  };
}

/**
 * What stands behind the webhook's path: an app's own address with its slash, or nothing. Undefined for every other request. The
 * path is ours however it is spelt; an address is exact.
 */
function webhookAddress({ method, path }: KoaContext): string | undefined {
  if (method !== "GET" && method !== "POST") return undefined;
  const rest = path.slice(META_WEBHOOK_PATH.length);
  const isOurs = path.slice(0, META_WEBHOOK_PATH.length).toLowerCase() === META_WEBHOOK_PATH;
  return isOurs && /^(\/[\w-]*)?\/?$/.test(rest) ? rest.replace(/\/$/, "") : undefined;
}
