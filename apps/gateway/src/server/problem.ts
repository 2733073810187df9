import { isWebxkeyError, WebxkeyError } from "@webxkey/core";
import type { Response } from "express";

/** What only the process knows, and the engine's table of codes does not. */
export interface ProcessProblem {
  readonly code: "draining" | "starting" | "storage_unavailable" | "schema_missing";
  readonly title: string;
  readonly detail: string;
}

/** RFC 9457, in the shape of the engine's own answers. */
export function sendUnready(response: Response, { code, title, detail }: ProcessProblem): void {
  response
    .status(503)
    .type("application/problem+json")
    .send(
      JSON.stringify({ type: `urn:webxkey:problem:${code}`, title, status: 503, detail, code, fields: [] }),
    );
}

/** An error that no code of ours raised comes from a database that is away: the same request may succeed later. */
export function asEngineError(error: unknown): WebxkeyError {
  if (isWebxkeyError(error)) return error;
  return new WebxkeyError("storage_unavailable", { detail: "Try again in a moment.", cause: error });
}
