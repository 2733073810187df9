import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { WebxkeyError } from "@webxkey/core";
import { runtimeOf } from "../../../../engine/index.ts";
import { answerProblem } from "../../../../http/problem.ts";

const ROWS_MAX = 100;
const MAY_SEE = "message:read";

/** What the store told and the engine has not taken yet, parked facts first: keys and codes, never a person's data. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse): Promise<void> {
  const runtime = runtimeOf(request.scope);
  try {
    await runtime.recognizeOwner();
    const rights = await runtime.rightsOf(request.auth_context.actor_id);
    if (!rights.includes(MAY_SEE)) {
      throw new WebxkeyError("forbidden", { detail: "Ask an owner or admin for a role in WebxKey." });
    }
    response.json({ waiting: await runtime.intake.waiting(ROWS_MAX) });
  } catch (error) {
    answerProblem(response, error, runtime.log, "/admin/webxkey/intake");
  }
}
