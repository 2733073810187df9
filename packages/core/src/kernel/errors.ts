import { ERROR_CODES, type ErrorCode, type ErrorCodeEntry } from "./error-codes.ts";

const MARKER = Symbol.for("webxkey.error");

/** One problem of one field, for RFC 9457 answers. `pointer` is an RFC 6901 JSON pointer into the input. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

export interface ErrorOptions {
  readonly detail: string;
  readonly fields?: readonly FieldProblem[];
  readonly cause?: unknown;
}

/**
 * The only error class of the engine. `message` is written by us and never holds personal data or a secret, so it may
 * be logged and shown; what came from outside travels in `cause` and is not.
 */
export class WebxkeyError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];

  constructor(code: ErrorCode, { detail, fields = [], cause }: ErrorOptions) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = "WebxkeyError";
    this.code = code;
    this.fields = fields;
    Object.defineProperty(this, MARKER, { value: true });
  }

  get entry(): ErrorCodeEntry {
    return ERROR_CODES[this.code];
  }
}

/** True for an error of any copy of this package: two copies in one process do not share a class. */
export function isWebxkeyError(error: unknown): error is WebxkeyError {
  return typeof error === "object" && error !== null && MARKER in error;
}

/** True where the database is away: nothing that was asked of it is to blame, and all of it may be asked again. */
export function isOutage(error: unknown): boolean {
  return isWebxkeyError(error) && error.code === "storage_unavailable";
}
