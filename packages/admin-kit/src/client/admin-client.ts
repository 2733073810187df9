import { createORPCClient } from "@orpc/client";
import type { AnyContractRouter, ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import type { Contract } from "@webxkey/core/contract";
import { absoluteUrl, answered, type Send } from "./answered.ts";
import { ROUTES } from "./routes.ts";

/** The whole HTTP surface, typed from the contract. Every call rejects with an `AdminProblemError`. */
export type AdminClient = ContractRouterClient<Contract>;

export type Me = Awaited<ReturnType<AdminClient["me"]["get"]>>;
export type Settings = Awaited<ReturnType<AdminClient["settings"]["get"]>>;
export type Role = Me["role"];
export type Right = Me["rights"][number];

export interface AdminClientOptions {
  /** Where the host serves the handler, with or without an origin: `/admin/webxkey`, `https://shop.example/webxkey`. */
  readonly baseUrl: string;
  /** For hosts that sign their requests themselves; the browser's `fetch` with its cookies otherwise. */
  readonly fetch?: Send;
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
    url: () => absoluteUrl(baseUrl),
    // The link itself knows neither `application/problem+json` nor pages of others: it would hand both over as a file.
    fetch: (request) => answered(send, request),
  });
  return createORPCClient(link);
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
