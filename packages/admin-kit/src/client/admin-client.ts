import { createORPCClient } from "@orpc/client";
import type { AnyContractRouter, ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import type { Contract } from "@webxkey/core/contract";
import { AdminProblemError, parseProblem } from "./problem.ts";
import { ROUTES } from "./routes.ts";

/** The whole HTTP surface, typed from the contract. Every call rejects with an {@link AdminProblemError}. */
export type AdminClient = ContractRouterClient<Contract>;

export type Me = Awaited<ReturnType<AdminClient["me"]["get"]>>;
export type Role = Me["role"];
export type Right = Me["rights"][number];
export type Member = Awaited<ReturnType<AdminClient["members"]["list"]>>["members"][number];

export interface AdminClientOptions {
  /** Where the host serves the handler, with or without an origin: `/admin/webxkey`, `https://shop.example/webxkey`. */
  readonly baseUrl: string;
  /** For hosts that sign their requests themselves; the browser's `fetch` with its cookies otherwise. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * A client of the admin API that carries the host's own sign-in (its cookies).
 *
 * @example
 * const client = createAdminClient({ baseUrl: "/admin/webxkey" });
 * const { rules } = await client.rules.list();
 */
export function createAdminClient({
  baseUrl,
  fetch: send = (request) => fetch(request),
}: AdminClientOptions): AdminClient {
  const link = new OpenAPILink(proceduresOf(ROUTES), {
    // Read at call time, so that a client may be made where there is no document yet (a server, a test).
    url: () => new URL(baseUrl, globalThis.location?.href).href.replace(/\/$/, ""),
    fetch: async (request) => answered(send, new Request(request, { credentials: "include" })),
  });
  return createORPCClient(link);
}

/**
 * The link knows neither `application/problem+json` nor pages that a proxy puts in front: it would hand both over as a
 * file, the second even as a success. So whatever is not the API's own JSON is turned into a problem here.
 */
async function answered(send: (request: Request) => Promise<Response>, request: Request): Promise<Response> {
  const response = await send(request).catch((cause: unknown) => {
    if (request.signal.aborted) throw cause;
    throw new AdminProblemError(
      { code: "unreachable", status: null, title: null, detail: null, fields: [] },
      { cause },
    );
  });
  const isJson = /^application\/(problem\+)?json\b/i.test(response.headers.get("content-type") ?? "");
  if (response.ok && (isJson || response.status === 204)) return response;
  const body: unknown = isJson ? await response.json().catch(() => null) : null;
  throw new AdminProblemError(parseProblem(body, response.status));
}

type RouteTable = { readonly [name: string]: string | RouteTable };

function proceduresOf(routes: RouteTable): AnyContractRouter {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => {
      if (typeof route !== "string") return [name, proceduresOf(route)];
      const [method, path] = route.split(" ");
      return [name, { "~orpc": { errorMap: {}, meta: {}, route: { method, path } } }];
    }),
  ) as AnyContractRouter;
}
