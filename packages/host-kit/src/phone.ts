import type { PhoneResult, Recipient } from "@webxkey/core";

/** Whether an account's phone was proven to be its own, by a code that was sent there for example. The shop's own code. */
export type IsPhoneVerified = (account: {
  readonly id: string;
  /** E.164. */
  readonly phone: string;
}) => boolean | Promise<boolean>;

/**
 * Says of an account's phone whether it was verified. Neither Medusa nor Strapi verifies phones, and whoever opens an account
 * may type a stranger's: unless the shop's own code knows better, it was not.
 */
export async function withVerifiedPhone(
  recipient: Recipient,
  accountId: string,
  isPhoneVerified: IsPhoneVerified = () => false,
): Promise<Recipient> {
  const { phone } = recipient;
  if (phone === undefined) return recipient;
  return { ...recipient, phone_verified: (await isPhoneVerified({ id: accountId, phone })) === true };
}

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
