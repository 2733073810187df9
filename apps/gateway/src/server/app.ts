import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Messaging, problemResponse, WebxkeyError } from "@webxkey/core";
import { requestUrl, requireOneHost, toNodeListener } from "@webxkey/core/node";
import express, { type ErrorRequestHandler, type Request, type Response } from "express";
import { safeHeaders } from "./headers.ts";
import { createMetrics } from "./metrics.ts";
import { asEngineError, sendUnready } from "./problem.ts";
import { readinessProblem } from "./readiness.ts";
import type { Serving } from "./serving.ts";

const WEBHOOK_PATH = "/v1/meta/webhook";

/**
 * The Express shell: what belongs to a process, and behind it the engine's own handler for all the rest. No body is parsed
 * here, because the webhook's signature covers its exact bytes.
 */
export function createApp(serving: Serving, { https }: { readonly https: boolean }): RequestListener {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", false);
  const metrics = createMetrics(() => serving.messaging);

  app.use(metrics.countRequests, safeHeaders({ https }), (_request, response, next) => {
    // A kept connection would be cut at the end of the drain, perhaps in the middle of a request.
    if (serving.draining) response.set("connection", "close");
    next();
  });

  app.get("/healthz", (_request, response) => {
    response.json({ status: "alive" });
  });

  app.get("/readyz", async (_request, response) => {
    const problem = await readinessProblem(serving);
    if (problem) sendUnready(response, problem);
    else response.json({ status: "ready" });
  });

  app.get("/openapi.json", async (_request, response) => {
    response.json(await engineOf(serving).openApiDocument());
  });

  app.get("/metrics", async (request, response) => {
    if (!(await hasKey(engineOf(serving), request))) {
      throw new WebxkeyError("unauthenticated", {
        detail: "The metrics need a key, such as a service key: `Authorization: Bearer wxk_…`.",
      });
    }
    response.type(metrics.contentType).send(await metrics.read());
  });

  app.use((request: Request, response: Response) => {
    const listener = toNodeListener(async (webRequest) => {
      try {
        requirePlainBody(request);
        return await engineOf(serving).handler(webRequest);
      } catch (error) {
        return problemResponse(asEngineError(error));
      }
    });
    // What fails outside the handler is a request that no web-standard server can express, such as TRACE.
    return listener(request, response).catch((cause: unknown) => {
      throw unreadable(cause);
    });
  });

  app.use(answerError);
  return (request, response) => {
    try {
      requireOneHost(request);
      requestUrl(request.url ?? "");
    } catch (error) {
      void sendWeb(problemResponse(error), response);
      return;
    }
    app(request, response);
  };
}

function unreadable(cause?: unknown): WebxkeyError {
  return new WebxkeyError("invalid_input", { detail: "This request cannot be read.", cause });
}

/** Express knows an error handler by its four parameters. */
const answerError: ErrorRequestHandler = async (error: unknown, _request, response, _next) => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  await sendWeb(problemResponse(asEngineError(error)), response);
};

async function sendWeb(answer: globalThis.Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}

function engineOf({ messaging }: Serving): Messaging {
  if (messaging) return messaging;
  throw new WebxkeyError("storage_unavailable", {
    detail: "The gateway is starting. Try again in a moment.",
  });
}

/**
 * Nothing here is ever inflated. Meta does not compress its webhooks, whose bytes go to the signature's check as they are,
 * within their limit; for everything else the sender is told.
 */
function requirePlainBody({ headers, path }: Request): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity" || path === WEBHOOK_PATH || path.startsWith(`${WEBHOOK_PATH}/`)) return;
  throw new WebxkeyError("invalid_input", { detail: "Send the body as it is, without content-encoding." });
}

/** The engine knows the keys; whoever it lets in with this one may read figures that name nobody. */
async function hasKey(messaging: Messaging, { headers }: IncomingMessage): Promise<boolean> {
  const { authorization } = headers;
  if (!authorization) return false;
  const me = new globalThis.Request("http://localhost/v1/me", { headers: { authorization } });
  return (await messaging.handler(me)).ok;
}
