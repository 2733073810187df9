import { Readable } from "node:stream";
import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import type { Caller } from "@webxkey/core";
import type { Runtime } from "../engine/index.ts";
import { answerProblem, answerWith } from "./problem.ts";

/** Headers that belong to one connection, not to what is said over it. */
const NOT_FORWARDED = new Set(["connection", "host", "keep-alive", "transfer-encoding", "upgrade"]);
/** The engine looks at path and query only. */
const ENGINE_ORIGIN = "http://engine.invalid";

export interface ForwardOptions {
  /** The engine's own path and query. */
  readonly path: string;
  readonly caller?: Caller;
}

/**
 * Hands a request to the engine byte for byte, and its answer back. The route must have Medusa's body parser off; the
 * engine reads the body itself and limits its size.
 */
export async function forward(
  request: MedusaRequest,
  response: MedusaResponse,
  runtime: Runtime,
  { path, caller }: ForwardOptions,
): Promise<void> {
  try {
    const engine = await runtime.messaging();
    await answerWith(response, await engine.handler(webRequest(request, path), caller));
  } catch (error) {
    answerProblem(response, error, runtime.log, path.split("?", 1)[0] ?? "");
  }
}

function webRequest(request: MedusaRequest, path: string): Request {
  const bodiless = request.method === "GET" || request.method === "HEAD";
  return new Request(new URL(path, ENGINE_ORIGIN), {
    method: request.method,
    headers: forwardedHeaders(request),
    ...(bodiless ? {} : { body: Readable.toWeb(request) as ReadableStream, duplex: "half" }),
  });
}

function forwardedHeaders(request: MedusaRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && !NOT_FORWARDED.has(name)) headers.set(name, value);
  }
  return headers;
}
