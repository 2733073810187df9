import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { runtimeOf } from "../engine/index.ts";
import { forward } from "./forward.ts";

const ADMIN_PREFIX = "/admin/webxkey";

/** The admin API: Medusa says who calls, the engine's own table says what they may do. */
export async function adminRoute(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  const runtime = runtimeOf(request.scope);
  await runtime.recognizeOwner();
  const userAgent = request.get("user-agent");
  await forward(request, response, runtime, {
    path: request.originalUrl.slice(ADMIN_PREFIX.length),
    caller: {
      userId: request.auth_context.actor_id,
      ...(request.ip && { ip: request.ip }),
      ...(userAgent && { userAgent }),
    },
  });
}
