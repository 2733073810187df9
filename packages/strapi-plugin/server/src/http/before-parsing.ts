import { problemResponse, WebxkeyError } from "@webxkey/core";
import { answerNode } from "@webxkey/core/node";
import { PLUGIN_ID } from "../plugin-id.ts";
import type { KoaContext } from "./koa.ts";

const WITH_BODY = ["POST", "PUT", "PATCH", "DELETE"];

/**
 * Strapi parses a body before it asks who sent it, so many strangers could fill the shop's memory by the plugin's own routes. It
 * stands before that: of a request that shows no sign-in not a byte is read.
 */
export function refuseBeforeParsing() {
  return async (ctx: KoaContext, next: () => Promise<unknown>): Promise<unknown> => {
    const isOurs = ctx.path.toLowerCase().startsWith(`/${PLUGIN_ID}/`);
    if (!isOurs || !WITH_BODY.includes(ctx.method) || ctx.get("authorization") !== "") return await next();
    ctx.respond = false;
    const error = new WebxkeyError("unauthenticated", { detail: "Sign in to Strapi first." });
    await answerNode(ctx.req, ctx.res, problemResponse(error));
    return undefined;
  };
}
