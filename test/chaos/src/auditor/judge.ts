/**
 * The judgement of a run: what Meta took (the truth, from the simulator) against what the engine wrote down. Pure, and
 * written before any fault, so that it owes nothing to the engine's own idea of what happened.
 */

export type AttemptRow = {
  readonly attemptId: string;
  readonly messageId: string;
  readonly outcome: string;
};

export type MessageRow = {
  readonly messageId: string;
  readonly state: string;
  readonly reason: string | null;
};

/** One message that Meta took. */
export type Acceptance = {
  readonly wamid: string;
  /** Our own id from `biz_opaque_callback_data`; undefined when the request carried none. */
  readonly attemptId: string | undefined;
};

export type Evidence = {
  /** Messages whose publication was acknowledged to the shop. */
  readonly acknowledged: readonly string[];
  readonly messages: readonly MessageRow[];
  readonly attempts: readonly AttemptRow[];
  readonly acceptances: readonly Acceptance[];
  /** Attempt ids of every POST that reached Meta, refused and broken ones included. */
  readonly posts: readonly string[];
  /** Messages that the engine itself reported as sent twice. */
  readonly flagged: ReadonlySet<string>;
};

export type Judgement = {
  readonly acknowledged: number;
  /** Taken once, and the engine knows. */
  readonly acceptedOnce: number;
  /** Not taken, and the engine says so with a reason: how many by state and reason. */
  readonly ended: Readonly<Record<string, number>>;
  /** Never heard of: a person decides, or its time is over. The engine says that it does not know. */
  readonly parked: number;
  /** Shown to a person, or waiting for its time. */
  readonly waiting: number;
  /** Attempts without a recorded answer: how often a kill or a lost answer met work under way. */
  readonly answersLost: number;
  /** Outcomes that the engine calls unknown: neither lost nor doubled, and not done. */
  readonly unsettled: number;
  /** Acknowledged and gone: no row, or said to be sent although Meta has nothing, or ended without a reason. */
  readonly lost: readonly string[];
  /** Taken more than once. */
  readonly doubled: readonly string[];
  /** Doubled without the engine's own report. */
  readonly unflagged: readonly string[];
  /** Taken, although the engine says that it was not sent. */
  readonly misreported: readonly string[];
  /** Taken or posted without a committed attempt. */
  readonly uncommitted: readonly string[];
  /** One attempt that was posted more than once. */
  readonly postedAgain: readonly string[];
};

/** States that say: Meta took it. */
const TAKEN = new Set(["accepted", "sent", "delivered", "read"]);
/** States in which a message that Meta did not take may honestly end, with a reason. */
const HONEST_ENDS = new Set(["blocked", "expired", "failed", "cancelled"]);
const OPEN = new Set(["unknown", "sending"]);
const OPEN_OUTCOMES = new Set(["started", "unknown"]);
/** Ends that admit that nobody knows whether Meta took it. */
const ADMITTED = new Set(["outcome_parked", "expired_unsettled"]);
/** The one failure that follows an acceptance. */
const FAILED_AFTER_ACCEPTANCE = "failed_at_meta";

export function judge(evidence: Evidence): Judgement {
  const messages = new Map(evidence.messages.map((row) => [row.messageId, row]));
  const messageOf = new Map(evidence.attempts.map((row) => [row.attemptId, row.messageId]));
  const taken = new Map<string, number>();
  const uncommitted = new Set(evidence.posts.filter((attemptId) => !messageOf.has(attemptId)));
  for (const { wamid, attemptId } of evidence.acceptances) {
    const messageId = attemptId === undefined ? undefined : messageOf.get(attemptId);
    if (messageId === undefined) uncommitted.add(attemptId ?? wamid);
    else taken.set(messageId, (taken.get(messageId) ?? 0) + 1);
  }

  const ended: Record<string, number> = {};
  const lost: string[] = [];
  const misreported: string[] = [];
  let acceptedOnce = 0;
  let parked = 0;
  let waiting = 0;
  let unsettled = 0;
  for (const messageId of evidence.acknowledged) {
    const row = messages.get(messageId);
    const times = taken.get(messageId) ?? 0;
    if (times > 1) continue;
    if (!row) lost.push(messageId);
    else if (OPEN.has(row.state)) unsettled += 1;
    else if (ADMITTED.has(row.reason ?? "")) parked += 1;
    else if (times === 1) {
      if (TAKEN.has(row.state) || isFailedAfterwards(row)) acceptedOnce += 1;
      else misreported.push(messageId);
    } else if (TAKEN.has(row.state) || isFailedAfterwards(row)) lost.push(messageId);
    else if (!HONEST_ENDS.has(row.state)) waiting += 1;
    else if (row.reason === null) lost.push(messageId);
    else ended[`${row.state}:${row.reason}`] = (ended[`${row.state}:${row.reason}`] ?? 0) + 1;
  }
  const doubled = [...taken].filter(([, times]) => times > 1).map(([messageId]) => messageId);
  return {
    acknowledged: evidence.acknowledged.length,
    acceptedOnce,
    ended,
    parked,
    waiting,
    unsettled,
    answersLost: evidence.attempts.filter(({ outcome }) => OPEN_OUTCOMES.has(outcome)).length,
    lost,
    doubled,
    unflagged: doubled.filter((messageId) => !evidence.flagged.has(messageId)),
    misreported,
    uncommitted: [...uncommitted],
    postedAgain: repeated(evidence.posts),
  };
}

function isFailedAfterwards({ state, reason }: MessageRow): boolean {
  return state === "failed" && reason === FAILED_AFTER_ACCEPTANCE;
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(ids.filter((id) => seen.size === seen.add(id).size))];
}
