import { z } from "zod";
import { Failure } from "./failure.ts";

/** The placeholder of an id in the usage of a command, the thing it names, and the command that lists them. */
const NAMED = new Map([
  ["MESSAGE", { noun: "message", list: "message list" }],
  ["ALERT", { noun: "alert", list: "alert list --all" }],
  ["CASE", { noun: "case", list: "unsure list" }],
  ["SENDER", { noun: "number", list: "sender list" }],
  ["CONNECTION", { noun: "connection", list: "connection list" }],
  ["KEY", { noun: "key", list: "key list" }],
  ["INVITATION", { noun: "invitation", list: "member list" }],
  ["ANSWER", { noun: "answer", list: "answer list" }],
  ["REQUEST", { noun: "request", list: "privacy list" }],
]);

const problem = z.object({
  code: z.string(),
  fields: z.array(z.object({ pointer: z.string() })).default([]),
});

/**
 * The API's refusal in the words of somebody who typed an id. An id of another form is not there either, whatever the API says of its
 * form.
 *
 * @param placeholder such as `MESSAGE`; undefined where the command takes no id.
 */
export function wrongId(error: unknown, placeholder: string | undefined, id: string): unknown {
  const named = NAMED.get(placeholder ?? "");
  if (!named || !(error instanceof Failure)) return error;
  const { code, fields } = problem.safeParse(error.document).data ?? { code: "", fields: [] };
  const isForm =
    code === "invalid_input" && fields.length === 1 && /^\/\w+_(id|ids\/0)$/.test(fields[0]?.pointer ?? "");
  if (code !== "not_found" && !isForm) return error;
  const { noun, list } = named;
  return new Failure(`There is no ${noun} ${id}. "webxkey ${list}" shows those that there are.`, {
    document: error.document,
    cause: error,
  });
}
