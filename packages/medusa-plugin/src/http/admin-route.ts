import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, parseCorsOrigins } from "@medusajs/framework/utils";
import { toWebRequest } from "@webxkey/core/node";
import { type EngineRequest, forward } from "@webxkey/host-kit";
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
  let toEngine: EngineRequest;
  try {
    await recognizeOwner();
    toEngine = toWebRequest(request, request.originalUrl.slice(ADMIN_PREFIX.length));
  } catch (error) {
    return await answerProblem(response, error, log, ADMIN_PREFIX);
  }
  const answer = await forward(toEngine, {
    messaging,
    log,
    caller: {
      userId: request.auth_context.actor_id,
      ...(request.ip && { ip: request.ip }),
      ...(userAgent && { userAgent }),
      origins: adminOrigins(request.scope),
    },
  });
  await answerWith(response, answer);
}

/** Where the store says that its admin is served from, when that is not here. */
function adminOrigins(container: MedusaContainer): (string | RegExp)[] {
  const { projectConfig } = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE);
  return parseCorsOrigins(projectConfig.http.adminCors);
}
