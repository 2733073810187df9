import type { MedusaResponse } from "@medusajs/framework/http";
import { ERROR_CODES, isWebxkeyError, type Log, WebxkeyError } from "@webxkey/core";

/** The first status that is our fault, not the caller's. */
const SERVER_ERROR = 500;

/**
 * Answers with an RFC 9457 problem in the engine's form, and logs what is our own fault. Of an error that is not the
 * engine's own nothing is shown.
 */
export function answerProblem(response: MedusaResponse, error: unknown, log: Log, route: string): void {
  const known = isWebxkeyError(error)
    ? error
    : new WebxkeyError("internal", { detail: "Something went wrong in the store; its log says what." });
  const { code, message: detail, fields } = known;
  const { status, title } = ERROR_CODES[code];
  if (status >= SERVER_ERROR) log.error("http.failed", { route, status, error });
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
