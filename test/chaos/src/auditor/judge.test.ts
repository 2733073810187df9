import { expect, test } from "vitest";
import { type Evidence, judge } from "./judge.ts";

/** One message that Meta took once and that the engine knows as delivered. */
const sound: Evidence = {
  acknowledged: ["m1"],
  messages: [{ messageId: "m1", state: "delivered", reason: null }],
  attempts: [{ attemptId: "a1", messageId: "m1", outcome: "accepted" }],
  acceptances: [{ wamid: "w1", attemptId: "a1" }],
  posts: ["a1"],
  flagged: new Set(),
};

const row = (state: string, reason: string | null = null) => [{ messageId: "m1", state, reason }];
/** The same message, never taken. */
const untaken = { ...sound, acceptances: [] };

test("finds nothing where each message was taken once", () => {
  expect(judge(sound)).toEqual({
    acknowledged: 1,
    acceptedOnce: 1,
    ended: {},
    parked: 0,
    waiting: 0,
    unsettled: 0,
    answersLost: 0,
    lost: [],
    doubled: [],
    unflagged: [],
    misreported: [],
    uncommitted: [],
    postedAgain: [],
  });
});

test.each([
  ["has no row any more", { ...untaken, messages: [] }],
  ["is said to be delivered although Meta has nothing", untaken],
  [
    "is said to have failed at Meta although Meta has nothing",
    { ...untaken, messages: row("failed", "failed_at_meta") },
  ],
  ["ended without a reason", { ...untaken, messages: row("blocked") }],
])("calls lost what was acknowledged and %s", (_what, evidence) => {
  expect(judge(evidence).lost).toEqual(["m1"]);
});

test.each(["accepted", "sent", "delivered", "read", "unknown", "failed"])(
  "calls doubled what Meta took twice, whatever the engine says (%s)",
  (state) => {
    const attempts = [...sound.attempts, { attemptId: "a2", messageId: "m1", outcome: "accepted" }];
    const acceptances = [...sound.acceptances, { wamid: "w2", attemptId: "a2" }];
    const found = judge({ ...sound, messages: row(state, "some_reason"), attempts, acceptances });
    expect(found).toMatchObject({ doubled: ["m1"], unflagged: ["m1"], acceptedOnce: 0, lost: [] });
  },
);

test("calls doubled also one attempt that Meta took twice", () => {
  const acceptances = [...sound.acceptances, { wamid: "w2", attemptId: "a1" }];
  expect(judge({ ...sound, acceptances, posts: ["a1", "a1"] })).toMatchObject({
    doubled: ["m1"],
    postedAgain: ["a1"],
  });
});

test("calls doubled also what nobody was told of", () => {
  const acceptances = [...sound.acceptances, { wamid: "w2", attemptId: "a1" }];
  expect(judge({ ...sound, acknowledged: [], acceptances }).doubled).toEqual(["m1"]);
});

test("knows a doubled message that the engine reported from one that it hid", () => {
  const acceptances = [...sound.acceptances, { wamid: "w2", attemptId: "a1" }];
  expect(judge({ ...sound, acceptances, flagged: new Set(["m1"]) })).toMatchObject({
    doubled: ["m1"],
    unflagged: [],
  });
});

test.each([
  ["expired", "expired"],
  ["blocked", "consent_withdrawn"],
  ["failed", "refused_by_meta"],
  ["cancelled", "cancelled_by_operator"],
])("takes %s with a reason for an honest end", (state, reason) => {
  expect(judge({ ...untaken, messages: row(state, reason) })).toMatchObject({
    ended: { [`${state}:${reason}`]: 1 },
    lost: [],
  });
});

test.each([
  ["expired", "expired"],
  ["blocked", "consent_withdrawn"],
  ["failed", "refused_by_meta"],
  ["queued", "waiting_to_retry"],
  ["held", "template_not_approved"],
])("calls misreported what Meta took and the engine calls %s", (state, reason) => {
  expect(judge({ ...sound, messages: row(state, reason) })).toMatchObject({
    misreported: ["m1"],
    acceptedOnce: 0,
  });
});

test.each(["unknown", "sending"])("keeps an open outcome (%s) apart, taken or not", (state) => {
  for (const evidence of [sound, untaken]) {
    const found = judge({ ...evidence, messages: row(state, "outcome_unknown") });
    expect(found).toMatchObject({ unsettled: 1, acceptedOnce: 0, lost: [], misreported: [] });
  }
});

test.each([
  ["held", "outcome_parked"],
  ["expired", "expired_unsettled"],
])("keeps apart what the engine admits not to know (%s, %s), taken or not", (state, reason) => {
  for (const evidence of [sound, untaken]) {
    const found = judge({ ...evidence, messages: row(state, reason) });
    expect(found).toMatchObject({ parked: 1, acceptedOnce: 0, lost: [], misreported: [] });
  }
});

test.each(["queued", "held"])("keeps what still waits (%s) apart", (state) => {
  expect(judge({ ...untaken, messages: row(state, "waiting") })).toMatchObject({ waiting: 1, lost: [] });
});

test("finds what Meta took or was asked for without a committed attempt", () => {
  expect(judge({ ...sound, attempts: [], messages: row("queued") }).uncommitted).toEqual(["a1"]);
  expect(judge({ ...sound, posts: ["a1", "a9"] }).uncommitted).toEqual(["a9"]);
  const nameless = { wamid: "w9", attemptId: undefined };
  expect(judge({ ...sound, acceptances: [...sound.acceptances, nameless] }).uncommitted).toEqual(["w9"]);
});
