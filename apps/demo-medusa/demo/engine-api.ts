import { type AdminClient, createAdminClient } from "@webxkey/admin-kit";

/** The engine's own HTTP surface as the plugin mounts it in a store, called as a signed-in user of the admin. */
export function createEngineApi(storeUrl: string, adminToken: string): AdminClient {
  return createAdminClient({
    baseUrl: `${storeUrl}/admin/webxkey`,
    fetch: (request) => {
      request.headers.set("authorization", `Bearer ${adminToken}`);
      return fetch(request);
    },
  });
}
