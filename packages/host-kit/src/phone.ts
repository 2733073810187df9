import type { PhoneResult, Recipient } from "@webxkey/core";

/**
 * The phone of a recipient, from all places where one may have been typed, the best first. A number that cannot be read does
 * not hide a readable one behind it.
 */
export function phoneOfFirst(read: readonly PhoneResult[]): Pick<Recipient, "phone" | "phone_problem"> {
  const found = read.find((result) => result.ok);
  if (found) return { phone: found.e164 };
  const unparseable = read.some((result) => !result.ok && result.reason === "unparseable");
  return { phone_problem: unparseable ? "unparseable" : "missing" };
}
