import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { answerNode, toWebRequest } from "@webxkey/core/node";
import { forward } from "@webxkey/host-kit";
import { META_WEBHOOK_PATH, runtimeOf } from "../engine/index.ts";

/** Meta's handshake (GET) and its webhooks (POST), checked and answered by the engine. Open: the signature is the guard. */
export async function metaWebhook(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const { search } = new URL(request.originalUrl, "http://store.invalid");
  const address = request.params["address"];
  // Medusa logs the URL when the answer has gone out. The app's address is a secret, and so is the verify token in the query.
  request.originalUrl = request.url = META_WEBHOOK_PATH;
  const { messaging, log } = runtimeOf(request.scope);
  const path = `/v1/meta/webhook${address === undefined ? "" : `/${address}`}`;
  const toEngine = toWebRequest(request, `${path}${search}`);
  await answerNode(request, response, await forward(toEngine, { messaging, log }));
}
