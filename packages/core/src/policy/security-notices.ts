import type { Reason } from "./reasons.ts";

/**
 * Limits of security notices. They need no consent, so whoever can make a platform report a password reset could have anybody
 * written to: each person gets few, a notice that is still useful is not repeated, and a workspace that suddenly sends many
 * waits for a person to look.
 */
const SECURITY_NOTICES_PER_PERSON = { hour: 3, day: 10 } as const;
export const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;

/** A security notice of the last day that was not refused. */
export interface SecurityNotice {
  readonly contactId: string | null;
  readonly ruleId: string;
  readonly at: Date;
  readonly expiresAt: Date;
  /** It ended without having been sent: its news may be told again. */
  readonly unsent: boolean;
}

export interface SecurityConditions {
  readonly phoneVerified: boolean;
  readonly contactId: string | null;
  readonly ruleId: string;
  /** Of this person within a day, and of everybody within an hour. */
  readonly before: readonly SecurityNotice[];
  readonly perHourMax: number;
}

/** Why this person gets no further notice now. */
export function personLimit(
  { contactId, ruleId, before }: SecurityConditions,
  now: Date,
): Reason | undefined {
  const own = before.filter((notice) => notice.contactId === contactId);
  if (own.some((notice) => notice.ruleId === ruleId && !notice.unsent && notice.expiresAt > now))
    return { code: "security_repeat" };
  const { hour, day } = SECURITY_NOTICES_PER_PERSON;
  if (countSince(own, now, HOUR_MS) >= hour || countSince(own, now, DAY_MS) >= day)
    return { code: "security_person_limit", detail: `${hour} an hour, ${day} a day` };
  return undefined;
}

export function workspaceLimit({ before, perHourMax }: SecurityConditions, now: Date): Reason | undefined {
  if (countSince(before, now, HOUR_MS) < perHourMax) return undefined;
  return { code: "security_workspace_limit", detail: `${perHourMax} an hour` };
}

function countSince(notices: readonly SecurityNotice[], now: Date, ms: number): number {
  return notices.filter(({ at }) => now.getTime() - at.getTime() < ms).length;
}
