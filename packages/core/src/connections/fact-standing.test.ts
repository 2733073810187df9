import { expect, test } from "vitest";
import { type KeptFact, standingOf } from "./fact-standing.ts";
import { PROBLEMS, READING_PROBLEMS } from "./problem.ts";

const [told, gaveUp] = [new Date("2026-11-28T12:00:00Z"), new Date("2026-11-28T12:20:00Z")];
const fact: KeptFact = {
  type: "order",
  entityId: "7",
  state: "order.placed",
  tries: 0,
  outcome: null,
  receivedAt: told,
  dueAt: told,
  doneAt: null,
  parkedAt: null,
};

test("a fact that nobody looked up yet waits", () => {
  expect(standingOf(fact)).toMatchObject({ standing: "waiting", code: "not_looked_up_yet", since: told });
});

test.each(READING_PROBLEMS)(
  "a fact whose last try failed (%s) says why and that it is tried again; one that was given up says what to do",
  (outcome) => {
    expect(standingOf({ ...fact, outcome })).toMatchObject({
      standing: "waiting",
      code: outcome,
      sentence: PROBLEMS[outcome],
    });
    expect(standingOf({ ...fact, outcome, parkedAt: gaveUp })).toMatchObject({
      standing: "given_up",
      since: gaveUp,
      sentence: expect.stringMatching(/^Given up: .*\. .* (retry|Retry) ?.*\.$|^Given up: .*[Rr]etry.*\.$/),
    });
  },
);

test("what is not there any more is not told, and says so", () => {
  expect(standingOf({ ...fact, outcome: "nothing_to_tell", doneAt: gaveUp })).toMatchObject({
    standing: "not_told",
    since: gaveUp,
    sentence: expect.stringContaining("not at the platform any more"),
  });
});

test("an outcome that this version does not know still has a sentence", () => {
  for (const parkedAt of [null, gaveUp])
    expect(standingOf({ ...fact, outcome: "of_a_newer_version", parkedAt }).sentence).toMatch(/\.$/);
});
