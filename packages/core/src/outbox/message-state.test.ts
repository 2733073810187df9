import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MESSAGE_STATES, type MessageState } from "../kernel/vocabulary.ts";
import { type ChannelStatus, raised } from "./message-state.ts";

const climbed = (from: MessageState, statuses: readonly ChannelStatus[]): MessageState =>
  statuses.reduce(raised, from);

const statuses = fc.constantFrom<ChannelStatus>("sent", "delivered", "read", "played", "failed");

describe("the ladder of states", () => {
  test.each<[from: MessageState, status: ChannelStatus, to: MessageState]>([
    ["accepted", "sent", "sent"],
    ["sent", "delivered", "delivered"],
    ["delivered", "read", "read"],
    ["accepted", "read", "read"],
    ["sent", "failed", "failed"],
    ["delivered", "sent", "delivered"],
    ["read", "delivered", "read"],
    ["delivered", "played", "read"],
    ["delivered", "failed", "delivered"],
    ["failed", "sent", "failed"],
    ["failed", "delivered", "delivered"],
  ])("%s, then %s, is %s", (from, status, to) => {
    expect(raised(from, status)).toBe(to);
  });

  test.each<MessageState>(["sending", "unknown", "queued"])(
    "a status settles a message that is %s",
    (from) => {
      expect(raised(from, "sent")).toBe("sent");
      expect(raised(from, "failed")).toBe("failed");
    },
  );

  test("any order and any repetition of the same statuses ends in the same state", () => {
    const told = fc
      .uniqueArray(statuses, { minLength: 1 })
      .chain((set) =>
        fc.tuple(
          fc.constant(set),
          fc.shuffledSubarray([...set, ...set, ...set], { minLength: 2 * set.length + 1 }),
        ),
      )
      // Three copies of each less at most that many keep every status, except a set of one whose copies all went.
      .filter(([set, again]) => set.every((status) => again.includes(status)));
    fc.assert(
      fc.property(
        fc.constantFrom<MessageState>("sending", "unknown", "accepted"),
        told,
        (from, [set, again]) => {
          expect(climbed(from, again)).toBe(climbed(from, set));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test("a status never lowers a state, whatever it is", () => {
    const height = (state: MessageState) =>
      ["accepted", "sent", "failed", "delivered", "read"].indexOf(state);
    fc.assert(
      fc.property(fc.constantFrom(...MESSAGE_STATES), statuses, (from, status) => {
        expect(height(raised(from, status))).toBeGreaterThanOrEqual(height(from));
      }),
    );
  });
});
