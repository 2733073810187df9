import { WebxkeyError } from "../kernel/errors.ts";
import { decideOnGraphError } from "./error-table.ts";
import type { GraphResult } from "./graph-outcome.ts";

/** A management call that did not succeed, as an error: unlike a send it may simply be made again. */
export function graphFailure(
  result: Exclude<GraphResult<unknown>, { kind: "ok" }>,
  whatFailed: string,
): WebxkeyError {
  if (result.kind === "error") {
    const { sentence } = decideOnGraphError(result.error, result.httpStatus);
    return new WebxkeyError("graph_refused", { detail: `${whatFailed} ${sentence}` });
  }
  return new WebxkeyError("graph_unavailable", {
    detail: `${whatFailed} Meta could not be reached; try again in a moment.`,
  });
}
