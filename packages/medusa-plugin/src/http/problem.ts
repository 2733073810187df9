import type { MedusaResponse } from "@medusajs/framework/http";
import { ERROR_CODES, isWebxkeyError, WebxkeyError } from "@webxkey/core";

/** Answers with an RFC 9457 problem in the engine's form. Of an error that is not the engine's own nothing is shown. */
export function answerProblem(response: MedusaResponse, error: unknown): void {
  const known = isWebxkeyError(error)
    ? error
    : new WebxkeyError("internal", { detail: "Something went wrong in the store; its log says what." });
  const { code, message: detail, fields } = known;
  const { status, title } = ERROR_CODES[code];
  const type = `urn:webxkey:problem:${code}`;
  response.status(status).setHeader("content-type", "application/problem+json");
  response.end(JSON.stringify({ type, title, status, detail, code, fields }));
}

/** Hands a web-standard response to Medusa's server. */
export async function answerWith(response: MedusaResponse, answer: Response): Promise<void> {
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
