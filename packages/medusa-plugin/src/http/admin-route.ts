import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { toWebRequest } from "@webxkey/core/node";
import { forward } from "@webxkey/host-kit";
import { runtimeOf } from "../engine/index.ts";
import { answerProblem, answerWith } from "./problem.ts";

const ADMIN_PREFIX = "/admin/webxkey";

/**
 * The admin API: Medusa says who calls, the engine's own table says what they may do. Medusa's body parser is off here, so that
 * the engine reads the body itself.
 */
export async function adminRoute(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  const { messaging, recognizeOwner, log } = runtimeOf(request.scope);
  const userAgent = request.get("user-agent");
  try {
    await recognizeOwner();
  } catch (error) {
    return await answerProblem(response, error, log, ADMIN_PREFIX);
  }
  const answer = await forward(toWebRequest(request, request.originalUrl.slice(ADMIN_PREFIX.length)), {
    messaging,
    log,
    caller: {
      userId: request.auth_context.actor_id,
      ...(request.ip && { ip: request.ip }),
      ...(userAgent && { userAgent }),
    },
  });
  await answerWith(response, answer);
}
