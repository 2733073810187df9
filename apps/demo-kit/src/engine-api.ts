import { type AdminClient, createAdminClient } from "@webxkey/admin-kit";

/**
 * The engine's own HTTP surface, called as a signed-in user of the admin.
 *
 * @param baseUrl where the plugin mounts it in a store.
 */
export function createEngineApi(baseUrl: string, adminToken: string): AdminClient {
  return createAdminClient({
    baseUrl,
    fetch: (request) => {
      request.headers.set("authorization", `Bearer ${adminToken}`);
      return fetch(request);
    },
  });
}
