import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { toWebRequest } from "@webxkey/core/node";
import { forward } from "@webxkey/host-kit";
import { runtimeOf } from "../../../../engine/index.ts";
import { answerWith } from "../../../../http/problem.ts";

/** Meta's handshake (GET) and its webhooks (POST), checked and answered by the engine. Open: the signature is the guard. */
async function metaWebhook(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const { search } = new URL(request.originalUrl, "http://store.invalid");
  // Medusa logs the address when the answer has gone out, and Meta's handshake carries the verify token in it.
  request.originalUrl = request.url = request.originalUrl.split("?", 1)[0] ?? "";
  const { messaging, log } = runtimeOf(request.scope);
  const toEngine = toWebRequest(request, `/v1/meta/webhook${search}`);
  await answerWith(response, await forward(toEngine, { messaging, log }));
}

export { metaWebhook as GET, metaWebhook as POST };
