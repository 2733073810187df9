import type { z } from "zod";
import type { FieldProblem } from "../kernel/errors.ts";
import { plainText, shortened } from "./plain-text.ts";

export const FIELD_PROBLEMS_MAX = 20;
const POINTER_PART_CHARS_MAX = 64;

/** What zod found, as one sentence a field. At most FIELD_PROBLEMS_MAX: a broken sender does not need the thousandth. */
export function fieldProblems(error: z.ZodError, under: readonly string[] = []): FieldProblem[] {
  return error.issues
    .flatMap((issue) => problemsOf(issue, [...under, ...issue.path.map(String)]))
    .slice(0, FIELD_PROBLEMS_MAX);
}

/** RFC 6901. A name from outside is shortened and cleaned, because it is shown again. */
export function pointerTo(path: readonly string[]): string {
  return path
    .map((part) =>
      shortened(plainText(part), POINTER_PART_CHARS_MAX).replaceAll("~", "~0").replaceAll("/", "~1"),
    )
    .map((part) => `/${part}`)
    .join("");
}

function problemsOf(issue: z.core.$ZodIssue, path: readonly string[]): FieldProblem[] {
  const pointer = pointerTo(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        pointer: pointerTo([...path, key]),
        detail: "Remove this field: the type does not have it.",
      }));
    case "invalid_type":
      if (issue.expected === "object") return [{ pointer, detail: "Send an object here." }];
      return [{ pointer, detail: issue.message }];
    default:
      return [{ pointer, detail: issue.message }];
  }
}
