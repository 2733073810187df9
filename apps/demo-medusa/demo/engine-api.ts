import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import type { JsonifiedClient } from "@orpc/openapi-client";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { contract } from "@webxkey/core/contract";

export type EngineApi = JsonifiedClient<ContractRouterClient<typeof contract>>;

/** The engine's own HTTP surface as the plugin mounts it in a store, called as a signed-in user of the admin. */
export function createEngineApi(storeUrl: string, adminToken: string): EngineApi {
  const link = new OpenAPILink(contract, {
    url: `${storeUrl}/admin/webxkey`,
    headers: { authorization: `Bearer ${adminToken}` },
  });
  return createORPCClient(link);
}
