import { PROBLEMS, type ProblemCode } from "./problem.ts";

/** A fact as it is kept until it is told, or for a while after it was not. */
export interface KeptFact {
  readonly type: string;
  readonly entityId: string;
  readonly state: string | null;
  /** How often it was looked up. */
  readonly tries: number;
  /** What the last try came to; null before the first one. */
  readonly outcome: string | null;
  readonly receivedAt: Date;
  readonly dueAt: Date;
  readonly doneAt: Date | null;
  readonly parkedAt: Date | null;
}

export interface FactStanding {
  /** Looked up again by itself, given up until somebody retries, or looked up and not there to be told. */
  readonly standing: "waiting" | "given_up" | "not_told";
  readonly code: string;
  /** One sentence for a person, complete in itself. */
  readonly sentence: string;
  /** Since when it stands so. */
  readonly since: Date;
}

const FIRST_LOOK = "It waits to be looked up at the platform.";
const NOT_THERE =
  "Nobody is written to: it is not at the platform any more, or what is there does not say the same.";

/** In the words of somebody who has to do something: the problem alone says that it is tried again. */
const GIVEN_UP: Partial<Record<ProblemCode, string>> = {
  platform_unavailable:
    "Given up: the platform could not be reached for three days. Retry it once the platform answers.",
  platform_unauthorized:
    "Given up: the shop refused the credentials for three days. Enter credentials that may read orders, then retry.",
  platform_not_found:
    "Given up: there was no such API at the shop's address for three days. Correct the address, then retry.",
  platform_redirects:
    "Given up: the shop's address redirected to another one for three days. Enter that one, then retry.",
  answer_too_large:
    "Given up: the shop's answer was too large in twelve tries. Make the record smaller there, then retry.",
  answer_unreadable:
    "Given up: the shop answered with something else than its API's data for three days. Look at it there, then retry.",
  platform_refused:
    "Given up: the platform refused to be read for three days. Correct its address or credentials, then retry.",
  settings_not_valid:
    "Given up: the stored settings did not fit the connector for three days. Save them again, then retry.",
  not_readable:
    "Given up: it could not be read at the platform in twelve tries. Look at it there, then retry.",
  not_an_event: "Given up: a field that has to be there is not. Fill it in at the platform, then retry.",
};

/** How it stands with a fact that was not told, and why. */
export function standingOf({ outcome, receivedAt, doneAt, parkedAt }: KeptFact): FactStanding {
  const code = outcome ?? "not_looked_up_yet";
  const problem = outcome !== null && isProblem(outcome) ? outcome : undefined;
  if (doneAt) return { standing: "not_told", code, sentence: NOT_THERE, since: doneAt };
  if (parkedAt) {
    const sentence = (problem && GIVEN_UP[problem]) ?? PROBLEMS.parked;
    return { standing: "given_up", code, sentence, since: parkedAt };
  }
  return { standing: "waiting", code, sentence: problem ? PROBLEMS[problem] : FIRST_LOOK, since: receivedAt };
}

function isProblem(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
