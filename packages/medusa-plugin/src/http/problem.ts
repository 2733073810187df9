import type { MedusaResponse } from "@medusajs/framework/http";
import { problemResponse } from "@webxkey/core";

/** Answers with the RFC 9457 problem of an error; of an error that is not the engine's own nothing is shown. */
export async function answerProblem(response: MedusaResponse, error: unknown): Promise<void> {
  await answerWith(response, problemResponse(error));
}

/** Hands a web-standard response to Medusa's server. */
export async function answerWith(response: MedusaResponse, answer: Response): Promise<void> {
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
