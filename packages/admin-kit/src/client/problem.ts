/** One problem of one field; `pointer` is an RFC 6901 JSON pointer into what was sent. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Why a request did not succeed: the server's RFC 9457 answer, or one of our own codes. `unreachable` means that no answer
 * came, `signed_out` that the host no longer knows who asks, `unexpected_answer` that something else than the API answered
 * (a proxy's page, a sign-in page).
 */
export interface Problem {
  readonly code: string;
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** Null for our own codes: their words are the page's, in the viewer's language. */
  readonly title: string | null;
  readonly detail: string | null;
  readonly fields: readonly FieldProblem[];
}

const SIGNED_OUT = 401;
const MARKER = Symbol.for("webxkey.admin-problem");

/** The error of every call of the admin client. Read it with {@link problemOf}, never with `instanceof`. */
export class AdminProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.detail ?? problem.title ?? problem.code, options);
    this.name = "AdminProblemError";
    this.problem = problem;
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/** The problem behind anything a call rejected with. */
export function problemOf(error: unknown): Problem {
  if (isAdminProblem(error)) return error.problem;
  return { code: "unexpected_answer", status: null, title: null, detail: null, fields: [] };
}

function isAdminProblem(error: unknown): error is AdminProblemError {
  return typeof error === "object" && error !== null && MARKER in error;
}

/** True where the same request may succeed a moment later without anybody changing anything. */
export function isTransient({ code, status }: Problem): boolean {
  return code === "unreachable" || status === 429 || (status !== null && status >= 500);
}

/** The problem of one field of the input, by its name at the top level; null if there is none. */
export function fieldProblem(problem: Problem | null, field: string): string | null {
  return problem?.fields.find(({ pointer }) => pointer === `/${field}`)?.detail ?? null;
}

/** Reads a problem document strictly enough to trust its parts, and mildly enough to show what an older server sent. */
export function parseProblem(body: unknown, status: number): Problem {
  if (!isRecord(body) || typeof body["code"] !== "string") {
    const code = status === SIGNED_OUT ? "signed_out" : "unexpected_answer";
    return { code, status, title: null, detail: null, fields: [] };
  }
  return {
    code: body["code"],
    status,
    title: textOrNull(body["title"]),
    detail: textOrNull(body["detail"]),
    fields: Array.isArray(body["fields"]) ? body["fields"].filter(isFieldProblem) : [],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value["pointer"] === "string" && typeof value["detail"] === "string";
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
