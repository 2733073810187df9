import { ERROR_CODES, type ErrorCode } from "../kernel/error-codes.ts";
import { type FieldProblem, isWebxkeyError, WebxkeyError } from "../kernel/errors.ts";

/** RFC 9457 problem details, with the engine's code and the fields at fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
}

export function problemOf(error: unknown): Problem {
  const known = isWebxkeyError(error)
    ? error
    : new WebxkeyError("internal", {
        detail: "Something went wrong on our side; the log of the server says what.",
        cause: error,
      });
  const { title, status } = ERROR_CODES[known.code];
  const unnamed = known.fields.length - FIELDS_MAX;
  return {
    type: `urn:webxkey:problem:${known.code}`,
    title,
    status,
    detail: unnamed > 0 ? `${known.message} ${unnamed} more are wrong.` : known.message,
    code: known.code,
    fields: known.fields.slice(0, FIELDS_MAX).map(({ pointer, detail }) => ({
      pointer: shortened(pointer, POINTER_CHARS_MAX),
      detail: shortened(detail, DETAIL_CHARS_MAX),
    })),
  };
}

/** An answer must not be larger than what was asked: names of fields are the sender's own. */
const FIELDS_MAX = 20;
const POINTER_CHARS_MAX = 200;
const DETAIL_CHARS_MAX = 500;

function shortened(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}

export function problemResponse(error: unknown): Response {
  const problem = problemOf(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      "content-type": PROBLEM_TYPE,
      // RFC 9110 section 11.6.1: a 401 says how to come in.
      ...(problem.code === "unauthenticated" && { "www-authenticate": "Bearer" }),
    },
  });
}

export const PROBLEM_TYPE = "application/problem+json";
