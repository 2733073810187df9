import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { WebxkeyError } from "@webxkey/core";
import { type Runtime, runtimeOf } from "../engine/index.ts";
import { answerProblem } from "./problem.ts";

const ROWS_MAX = 100;

/** `GET /admin/webxkey/access`: whether the caller has a role, and if not, whom to ask. Everybody who is signed in may know it. */
export async function showAccess(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  await answering(request, response, async (runtime, userId) => {
    response.json(await runtime.accessOf(userId));
  });
}

/** `GET /admin/webxkey/team`: the users of this admin with their roles. */
export async function listTeam(request: AuthenticatedMedusaRequest, response: MedusaResponse): Promise<void> {
  await answering(request, response, async (runtime, userId) => {
    response.json({ people: await runtime.teamOf(userId) });
  });
}

/** `GET /admin/webxkey/intake`: what the store told and the engine has not taken, in keys and codes, never a person's data. */
export async function listIntake(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  await answering(request, response, async (runtime, userId) => {
    await requireRight(runtime, userId, "message:read");
    response.json({ waiting: await runtime.intake.waiting(ROWS_MAX) });
  });
}

/** `POST /admin/webxkey/intake/retry`: what was given up is tried again. */
export async function retryIntake(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
): Promise<void> {
  await answering(request, response, async (runtime, userId) => {
    await requireRight(runtime, userId, "message:release");
    response.json({ retried: await runtime.intake.retryParked() });
    await runtime.drain();
  });
}

/** What the plugin serves beside the engine's API; who may see it is the engine's to say. */
async function requireRight(runtime: Runtime, userId: string, right: string): Promise<void> {
  if ((await runtime.rightsOf(userId)).includes(right)) return;
  throw new WebxkeyError("forbidden", { detail: "Ask an owner or admin for a role that may do this." });
}

async function answering(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
  answer: (runtime: Runtime, userId: string) => Promise<void>,
): Promise<void> {
  const runtime = runtimeOf(request.scope);
  try {
    await runtime.recognizeOwner();
    await answer(runtime, request.auth_context.actor_id);
  } catch (error) {
    await answerProblem(
      response,
      error,
      runtime.log,
      new URL(request.originalUrl, "http://store.invalid").pathname,
    );
  }
}
