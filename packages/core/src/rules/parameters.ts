import { plainText } from "../events/index.ts";

/** Meta's limit for a template's body: a longer parameter could not stand in any. */
export const PARAMETER_CHARS_MAX = 1_024;

/** Why a template cannot be filled. The person at the shop who can mend it needs the parameter's name. */
export type ParameterProblem =
  | { readonly code: "empty_parameter" | "parameter_too_long"; readonly parameter: string }
  | { readonly code: "params_failed" };

export type FilledParameters =
  | { readonly ok: true; readonly params: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problem: ParameterProblem };

/**
 * Takes the named parameters out of what a rule or a host gave, each as one plain line. Anything else that was given is
 * left behind. A number is written out; what is missing, empty, or no text is the first `empty_parameter`.
 */
export function fillParameters(names: readonly string[], given: unknown): FilledParameters {
  const values: Record<string, unknown> = typeof given === "object" && given !== null ? { ...given } : {};
  const params: Record<string, string> = {};
  for (const parameter of names) {
    const text = textOf(Object.hasOwn(values, parameter) ? values[parameter] : undefined);
    if (text === "") return { ok: false, problem: { code: "empty_parameter", parameter } };
    if (text.length > PARAMETER_CHARS_MAX) {
      return { ok: false, problem: { code: "parameter_too_long", parameter } };
    }
    params[parameter] = text;
  }
  return { ok: true, params };
}

function textOf(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? plainText(value) : "";
}
