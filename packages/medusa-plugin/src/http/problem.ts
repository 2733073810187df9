import type { MedusaResponse } from "@medusajs/framework/http";
import type { Log } from "@webxkey/core";
import { problemAnswer } from "@webxkey/host-kit";

/** Answers with an RFC 9457 problem in the engine's form, and logs what is our own fault. */
export async function answerProblem(
  response: MedusaResponse,
  error: unknown,
  log: Log,
  route: string,
): Promise<void> {
  await answerWith(response, problemAnswer(error, log, route));
}

/** Hands a web-standard response to Medusa's server. */
export async function answerWith(response: MedusaResponse, answer: Response): Promise<void> {
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  // What is left of a body is thrown away, so that the client gets to its answer and the connection to its next request.
  if (!response.req.complete) response.req.resume();
  response.end(Buffer.from(await answer.arrayBuffer()));
}
