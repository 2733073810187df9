import { OpenAPIHandler } from "@orpc/openapi/fetch";
import { ORPCError, ValidationError } from "@orpc/server";
import { type ApiKeys, type Member, mayBeSigned, readSignedDelivery } from "../access/index.ts";
import type { Deliveries } from "../connections/index.ts";
import type { Ingress } from "../inbox/index.ts";
import { type FieldProblem, WebxkeyError } from "../kernel/errors.ts";
import {
  EVENT_BODY_BYTES_MAX,
  KNOWN_BODIES_BYTES_MAX,
  STRANGERS_BODIES_BYTES_MAX,
} from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import type { Caller } from "../messaging.ts";
import { ACCEPT_PATH, acceptInvitation } from "./access/accept-invitation.ts";
import type { ApiPorts } from "./api.ts";
import { createBodyRoom, type RoomShare, readBody } from "./body.ts";
import { CONNECTORS_PATH, createConnectorRoute } from "./connector-route.ts";
import type { HttpRequest } from "./http-request.ts";
import { PROBLEM_TYPE, type Problem, problemOf, problemResponse } from "./problem.ts";
import { createRouter } from "./router.ts";
import { requireOwnPage } from "./same-site.ts";
import { createWebhookRoute, WEBHOOK_PATH } from "./webhook-route.ts";

export interface HandlerPorts extends ApiPorts {
  readonly ingress: Ingress;
  readonly deliveries: Deliveries;
  readonly log: Log;
}

const EVENTS_PATH = "/v1/events";

/** The whole HTTP surface as one function. Deny by default: only webhooks answer somebody who is not known. */
export function createHandler(
  ports: HandlerPorts,
): (request: HttpRequest, caller?: Caller) => Promise<Response> {
  const api = new OpenAPIHandler<{ member: Member }>(createRouter(ports), {
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

  // One room for those who are known and one for strangers, so that strangers cannot shut the others out.
  const room = {
    known: createBodyRoom(KNOWN_BODIES_BYTES_MAX),
    strangers: createBodyRoom(STRANGERS_BODIES_BYTES_MAX),
  };
  const webhookRoute = createWebhookRoute({ ...ports, room });
  const connectorRoute = createConnectorRoute({ ...ports, room: room.known });

  /** Undefined where only the signature can tell, for which the body has to be read first. */
  async function admitted(request: HttpRequest, caller: Caller | undefined): Promise<Member | undefined> {
    if (caller) {
      requireOwnPage(request, caller);
      return await memberOfHost(caller);
    }
    const authorization = request.headers.get("authorization");
    if (authorization !== null) return await holderOf(ports.apiKeys, authorization);
    if (isSignedEvent(request, ports.clock.now())) return undefined;
    throw new WebxkeyError("unauthenticated", { detail: SIGN_IN });
  }

  async function signerOf({ request, body }: ReadRequest): Promise<Member> {
    const delivery = readSignedDelivery(request.headers, body);
    const member = delivery && (await ports.apiKeys.admitSigned(delivery));
    if (!member) throw new WebxkeyError("bad_signature", { detail: SIGNATURE_REFUSED });
    return member;
  }

  async function memberOfHost(caller: Caller): Promise<Member> {
    const member = await ports.access.admit(ports.workspaceId, caller.userId);
    if (!member)
      throw new WebxkeyError("forbidden", {
        detail: "You have no role here yet. Ask the owner to give you one.",
      });
    return member;
  }

  return async (request, caller) => {
    try {
      const { pathname } = new URL(request.url);
      if (pathname === WEBHOOK_PATH) return await webhookRoute(request, "");
      if (pathname.startsWith(`${WEBHOOK_PATH}/`))
        return await webhookRoute(request, pathname.slice(WEBHOOK_PATH.length + 1));
      if (pathname.startsWith(CONNECTORS_PATH))
        return await connectorRoute(request, pathname.slice(CONNECTORS_PATH.length));
      requireNoNul(request.url.replaceAll("%00", "\0"));
      if (pathname === ACCEPT_PATH)
        return await acceptInvitation(ports, request, bearerOf(request.headers.get("authorization")));
      const known = await admitted(request, caller);
      using share = (known ? room.known : room.strangers).open();
      const read = await bounded(request, share, ports.log);
      const context = { member: known ?? (await signerOf(read)) };
      const { matched, response } = await api.handle(read.request, { context });
      if (!matched) throw new WebxkeyError("not_found", { detail: "There is no such address in this API." });
      return response.ok ? response : asProblem(response);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) ports.log.error("http.failed", { status: problem.status, error });
      return problemResponse(error);
    }
  };
}

const SIGN_IN = "Sign in, or send an API key: `Authorization: Bearer wxk_…`.";
/** The same whatever is wrong with the key, so that nobody learns which keys there once were. */
const KEY_REFUSED =
  "This API key does not work: it is unknown, expired or revoked. Make a new one, or ask an owner or admin for one.";
const SIGNATURE_REFUSED =
  "Sign the exact bytes of the body by Standard Webhooks, with a service key's signing secret and a clock that is right to five minutes.";

/**
 * RFC 6839: `application/cloudevents+json` and its like too, with or without parameters. A form of another site's page can send
 * only other types without asking first.
 */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i;
/** `\u0000` in JSON, behind an even number of backslashes: an odd one would escape its own. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;
/** RFC 6750: the scheme's name in any case, one key. */
const BEARER = /^bearer +(\S+)$/i;

function bearerOf(authorization: string | null): Secret | undefined {
  const [, text] = BEARER.exec(authorization ?? "") ?? [];
  return text === undefined ? undefined : secret(text);
}

async function holderOf(apiKeys: ApiKeys, authorization: string): Promise<Member> {
  const key = bearerOf(authorization);
  const member = key && (await apiKeys.admit(key));
  if (!member) throw new WebxkeyError("unauthenticated", { detail: KEY_REFUSED });
  return member;
}

/** @throws WebxkeyError `bad_signature` where the headers alone show that no signature can fit. */
function isSignedEvent({ method, url, headers }: HttpRequest, now: Date): boolean {
  if (method !== "POST" || new URL(url).pathname !== EVENTS_PATH || !headers.has("webhook-signature"))
    return false;
  if (!mayBeSigned(headers, now)) throw new WebxkeyError("bad_signature", { detail: SIGNATURE_REFUSED });
  return true;
}

interface ReadRequest {
  readonly request: Request;
  readonly body: Uint8Array;
}

/** Reads the body here, so that its size is limited whatever the host's server allows. */
async function bounded(request: HttpRequest, share: RoomShare, log: Log): Promise<ReadRequest> {
  if (request.method === "GET" || request.method === "HEAD" || !request.body) {
    const { method, headers } = request;
    return { request: new Request(request.url, { method, headers }), body: new Uint8Array() };
  }
  const headers = new Headers(request.headers);
  const type = headers.get("content-type");
  if (type !== null && !JSON_TYPE.test(type)) throw notJson();
  const body = await readBody(request, { bytesMax: EVENT_BODY_BYTES_MAX, share, log });
  if (type === null && body.byteLength > 0) throw notJson();
  requireNoNul(Buffer.from(body).toString());
  // CloudEvents in structured mode; the router knows JSON only by its plain name.
  if (type !== null) headers.set("content-type", "application/json");
  const read = new Request(request.url, {
    method: request.method,
    headers,
    body: body as Uint8Array<ArrayBuffer>,
  });
  return { request: read, body };
}

function notJson(): WebxkeyError {
  return new WebxkeyError("unsupported_media_type", {
    detail: "Send the body as JSON, with content-type: application/json.",
  });
}

/** PostgreSQL stores every character but this one. */
function requireNoNul(text: string): void {
  if (!text.includes("\0") && !ESCAPED_NUL.test(text)) return;
  throw new WebxkeyError("invalid_input", {
    detail: "Leave out the character U+0000 (NUL): no text here can hold it.",
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
