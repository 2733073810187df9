import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { runtimeOf } from "../../../../engine/index.ts";
import { forward } from "../../../../http/forward.ts";

/** Meta's handshake (GET) and its webhooks (POST), checked and answered by the engine. Open: the signature is the guard. */
async function metaWebhook(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const query = request.originalUrl.indexOf("?");
  await forward(request, response, runtimeOf(request.scope), {
    path: `/v1/meta/webhook${query === -1 ? "" : request.originalUrl.slice(query)}`,
  });
}

export { metaWebhook as GET, metaWebhook as POST };
