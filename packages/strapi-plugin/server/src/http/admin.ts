import type { Core } from "@strapi/strapi";
import { type Caller, WebxkeyError } from "@webxkey/core";
import { requestUrl } from "@webxkey/core/node";
import { type EngineRequest, forward, problemAnswer, type Standing } from "@webxkey/host-kit";
import { admit } from "../access/admit.ts";
import { roleOf } from "../access/roles.ts";
import type { Runtime } from "../engine/runtime.ts";
import { runtimeOf } from "../engine/runtime-of.ts";
import { PLUGIN_ID } from "../plugin-id.ts";
import { answerWith, type KoaContext } from "./koa.ts";

/** Everything under this is the engine's own address. */
const ENGINE_PREFIX = `/${PLUGIN_ID}`;

export interface Admitted {
  readonly runtime: Runtime;
  readonly caller: Caller;
  readonly standing: Standing;
}

/** Answers somebody whom Strapi signed in and whose permissions give them a role; everybody else a problem. */
export async function answering(
  strapi: Core.Strapi,
  ctx: KoaContext,
  answer: (admitted: Admitted) => Promise<Response>,
): Promise<void> {
  const runtime = runtimeOf(strapi);
  try {
    const caller = callerOf(ctx);
    const { userAbility } = ctx.state;
    const standing = await admit(
      runtime,
      caller,
      roleOf((action) => userAbility?.can(action) === true),
    );
    await answerWith(ctx, await answer({ runtime, caller, standing }));
  } catch (error) {
    await answerWith(ctx, problemAnswer(error, runtime.log, ctx.path));
  }
}

/** @throws WebxkeyError `forbidden` for somebody whose role does not allow it. */
export function requireRight({ rights }: Standing, right: string): void {
  if (rights.includes(right)) return;
  throw new WebxkeyError("forbidden", { detail: "Ask an administrator for a role that may do this." });
}

/** The admin API: Strapi says who calls, its permissions say with which role, and the engine what that role may do. */
export function engineRoute(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, ({ runtime: { messaging, log }, caller }) =>
      forward(engineRequest(ctx), { messaging, log, caller }),
    );
}

/** Says what a browser says of a request's page, and what type the body had when Strapi read it. */
const FORWARDED = ["content-type", "host", "origin", "sec-fetch-site"];

/** Strapi has read the body already: nothing that is signed comes this way. One that was no JSON is the engine's to refuse. */
function engineRequest(ctx: KoaContext): EngineRequest {
  const { method, url, request } = ctx;
  const headers = new Headers();
  for (const name of FORWARDED) if (ctx.get(name) !== "") headers.set(name, ctx.get(name));
  // Of a request without a body Strapi makes an empty object.
  const bodiless = method === "GET" || method === "HEAD" || !headers.has("content-type");
  return {
    method,
    url: requestUrl(url.slice(ENGINE_PREFIX.length)),
    headers,
    body: bodiless ? null : bytesOf(JSON.stringify(request.body)),
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function callerOf(ctx: KoaContext): Caller {
  const { user } = ctx.state;
  if (!user) throw new WebxkeyError("unauthenticated", { detail: "Sign in to Strapi first." });
  const userAgent = ctx.get("user-agent");
  return { userId: String(user.id), ...(ctx.ip && { ip: ctx.ip }), ...(userAgent && { userAgent }) };
}
