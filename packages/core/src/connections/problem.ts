import type { PlatformAdvice } from "../events/index.ts";
import { isWebxkeyError } from "../kernel/errors.ts";

/** What goes wrong between a platform and the engine, as the page of connections tells it. */
export const PROBLEMS = {
  bad_signature:
    "A delivery was signed with another secret. Compare the webhook's secret at the platform, or rotate it.",
  secret_unusable:
    "The stored secret has not the form that this sender's libraries take. Rotate it and enter the new one at the sender.",
  malformed: "A well-signed delivery could not be read. Look at the webhook's format at the platform.",
  body_too_large:
    "A delivery was larger than 1 MB and was refused. The poll reads that order instead; make the webhook's body smaller at the platform.",
  not_readable: "What a delivery tells of could not be read at the platform. It is tried again.",
  not_an_event: "What was read at the platform does not make an event: a field that has to be there is not.",
  parked: "What a delivery tells of could not be read for too long, and waits for a person: retry it.",
  not_taken_while_paused:
    "A delivery came while the connection was paused, and this platform cannot be asked again.",
  platform_unavailable:
    "The shop did not answer, or said that it cannot. It is tried again; if this lasts, open the shop, look whether its name is written right here, and look at its error log.",
  platform_unauthorized:
    "The shop refused the credentials, or their user may not read orders. Enter credentials that may.",
  platform_not_found:
    "There is no such API at the shop's address. Correct the address, or turn the API on at the platform.",
  platform_redirects:
    "The shop's address redirects to another one, where credentials are not sent. Enter the address that it redirects to.",
  platform_refused: "The shop refused to be read. Look at its address and at the credentials.",
  answer_too_large: "The shop's answer is too large to be read. Nothing is lost: it is asked for again.",
  answer_unreadable:
    "The shop answered with something else than its API's data, such as a maintenance page, a sign-in page or a notice printed before it. Nothing is lost: it is asked again.",
  settings_not_valid: "The stored settings do not fit this version of the connector. Save them again.",
  poll_behind: "Too many records changed in the same second for one poll. Some of them are not picked up.",
  order_unreadable:
    "This record could not be read at the platform, so nobody is told of it. Open it there and look at its custom fields. It is tried again at each poll for three days.",
  webhooks_silent:
    "The poll found what no delivery had reported, so at least one of the platform's webhooks is probably off. Messages come minutes late until it is on again.",
  too_many_hints:
    "Too many unsigned deliveries wait to be read, so newer ones are not kept. The poll finds what really changed.",
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  readonly code: ProblemCode;
  readonly at: Date;
}

/** Something that is wrong now. */
export interface OpenProblem {
  readonly code: ProblemCode;
  /** The order that cannot be read; null where it is about the whole connection. */
  readonly entityId: string | null;
  /** What exactly came back, in our own words. */
  readonly detail: string | null;
  readonly since: Date;
  readonly lastAt: Date;
  readonly times: number;
}

const ADVICE: Partial<Record<ProblemCode, keyof PlatformAdvice>> = {
  webhooks_silent: "silent",
  malformed: "malformed",
  body_too_large: "silent",
  platform_unauthorized: "credentials",
  platform_not_found: "address",
  // WordPress with plain permalinks redirects its API's address to its front page.
  platform_redirects: "address",
  answer_unreadable: "answers",
};

/** The whole of what somebody reads: what is wrong, what exactly came back, and what to click at this platform. */
export function problemSentence(
  { code, detail }: { readonly code: ProblemCode; readonly detail?: string | null },
  advice: PlatformAdvice | undefined,
): string {
  const kind = ADVICE[code];
  const click = kind && advice?.[kind];
  return [PROBLEMS[code], ...(detail ? [detail] : []), ...(click ? [click] : [])].join(" ");
}

/** States of reading a shop: any of them ends as soon as it was read. The others are happenings, and count for a day. */
export const READING_PROBLEMS = [
  "platform_unavailable",
  "platform_unauthorized",
  "platform_not_found",
  "platform_redirects",
  "platform_refused",
  "answer_too_large",
  "answer_unreadable",
  "settings_not_valid",
  "not_readable",
] as const satisfies readonly ProblemCode[];

/** Whether nothing is read of the shop while this lasts. */
export function stopsReading(code: ProblemCode): boolean {
  return code !== "not_readable" && READING_PROBLEMS.some((known) => known === code);
}

/** Faults of the shop as a whole, which no count of tries mends. */
const OF_THE_SHOP: ReadonlySet<string> = new Set([
  "platform_unavailable",
  "platform_unauthorized",
  "platform_not_found",
  "platform_redirects",
  "platform_refused",
]);

/** What an error of reading a shop is called. */
export function readingProblem(error: unknown): {
  readonly code: (typeof READING_PROBLEMS)[number];
  readonly detail: string | null;
  /** It concerns everything that is asked of the shop, not one record. */
  readonly ofShop: boolean;
} {
  if (!isWebxkeyError(error)) return { code: "not_readable", detail: null, ofShop: false };
  if (error.code === "invalid_configuration")
    return { code: "settings_not_valid", detail: null, ofShop: true };
  const code = READING_PROBLEMS.find((known) => known === error.code);
  if (!code) return { code: "not_readable", detail: null, ofShop: false };
  return { code, detail: error.message, ofShop: OF_THE_SHOP.has(code) };
}
