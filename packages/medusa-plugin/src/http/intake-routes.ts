import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { WebxkeyError } from "@webxkey/core";
import { type Runtime, runtimeOf } from "../engine/index.ts";
import { answerProblem } from "./problem.ts";

const ROWS_MAX = 100;

/** `GET /admin/webxkey/intake`: what the store told and the engine has not taken, in keys and codes, never a person's data. */
export async function listIntake(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  await answering("message:read", request, response, async ({ intake }) => {
    response.json({ waiting: await intake.waiting(ROWS_MAX) });
  });
}

/** `POST /admin/webxkey/intake/retry`: what was given up is tried again. */
export async function retryIntake(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  await answering("message:release", request, response, async ({ intake, drain }) => {
    response.json({ retried: await intake.retryParked() });
    await drain();
  });
}

/** The intake is the plugin's own; who may see it is the engine's to say. */
async function answering(
  right: string,
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
  answer: (runtime: Runtime) => Promise<void>,
): Promise<void> {
  const runtime = runtimeOf(request.scope);
  try {
    await runtime.recognizeOwner();
    const rights = await runtime.rightsOf(request.auth_context.actor_id);
    if (!rights.includes(right)) {
      throw new WebxkeyError("forbidden", { detail: "Ask an owner or admin for a role that may do this." });
    }
    await answer(runtime);
  } catch (error) {
    await answerProblem(response, error, runtime.log, "/admin/webxkey/intake");
  }
}
