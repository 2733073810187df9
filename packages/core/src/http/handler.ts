import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { ORPCError, ValidationError } from "@orpc/server";
import type { Member } from "../access/index.ts";
import type { Ingress } from "../inbox/index.ts";
import { type FieldProblem, WebxkeyError } from "../kernel/errors.ts";
import { EVENT_BODY_BYTES_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import type { Caller } from "../messaging.ts";
import { readBody } from "./body.ts";
import { PROBLEM_TYPE, type Problem, problemOf, problemResponse } from "./problem.ts";
import { type ApiPorts, createRouter } from "./router.ts";
import { createWebhookRoute, WEBHOOK_PATH } from "./webhook-route.ts";

export interface HandlerPorts extends ApiPorts {
  readonly ingress: Ingress;
  readonly log: Log;
  readonly workspaceId: string;
}

/** The whole HTTP surface as one function. Deny by default: without a caller who has a role, only the webhook answers. */
export function createHandler(ports: HandlerPorts): (request: Request, caller?: Caller) => Promise<Response> {
  const api = new OpenAPIHandler<{ member: Member; caller: Caller }>(createRouter(ports), {
    // Without data it is raised before a route ran: for a body that cannot be read.
    customErrorResponseBodyEncoder: (error) =>
      (error.data as Problem | undefined) ?? problemOf(inputError(error)),
    clientInterceptors: [
      async ({ next }) => {
        try {
          return await next();
        } catch (error) {
          throw asOrpcError(ports.log, error);
        }
      },
    ],
  });

  const webhookRoute = createWebhookRoute(ports);

  async function admitted(caller: Caller | undefined): Promise<{ member: Member; caller: Caller }> {
    if (!caller)
      throw new WebxkeyError("unauthenticated", { detail: "Sign in to the shop's admin and try again." });
    const member = await ports.access.admit(ports.workspaceId, caller.userId);
    if (!member)
      throw new WebxkeyError("forbidden", {
        detail: "You have no role here yet. Ask the owner to give you one.",
      });
    return { member, caller };
  }

  return async (request, caller) => {
    try {
      if (new URL(request.url).pathname === WEBHOOK_PATH) return await webhookRoute(request);
      const context = await admitted(caller);
      const { matched, response } = await api.handle(await bounded(request), { context });
      if (!matched) throw new WebxkeyError("not_found", { detail: "There is no such address in this API." });
      return response.ok ? response : asProblem(response);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) ports.log.error("http.failed", { status: problem.status, error });
      return problemResponse(error);
    }
  };
}

/** Reads the body here, so that its size is limited whatever the host's server allows. */
async function bounded(request: Request): Promise<Request> {
  if (request.method === "GET" || request.method === "HEAD" || !request.body) return request;
  const body = await readBody(request, EVENT_BODY_BYTES_MAX);
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
}

function asProblem(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("content-type", PROBLEM_TYPE);
  return new Response(response.body, { status: response.status, headers });
}

function asOrpcError(log: Log, error: unknown): ORPCError<string, Problem> {
  const problem = problemOf(inputError(error) ?? error);
  if (problem.status >= 500) log.error("http.failed", { status: problem.status, error });
  return new ORPCError(problem.code, { status: problem.status, message: problem.title, data: problem });
}

/** Input that does not fit the contract, with a pointer to each field. Output that does not fit is our own fault. */
function inputError(error: unknown): WebxkeyError | undefined {
  if (!(error instanceof ORPCError) || error.status !== 400) return undefined;
  const issues = error.cause instanceof ValidationError ? error.cause.issues : [];
  return new WebxkeyError("invalid_input", {
    detail: issues.length > 0 ? "Correct the fields named here." : "The body is not valid JSON.",
    fields: issues.flatMap(fieldsOf),
  });
}

type Issue = ValidationError["issues"][number];

function fieldsOf(issue: Issue): FieldProblem[] {
  const path = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  // zod tells of all unknown keys at once, at the object that has them.
  const unknown = "keys" in issue ? (issue.keys as readonly string[]) : [];
  if (unknown.length === 0) return [{ pointer: pointerOf(path), detail: issue.message }];
  return unknown.map((key) => ({
    pointer: pointerOf([...path, key]),
    detail: "This key is not known here: leave it out.",
  }));
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
