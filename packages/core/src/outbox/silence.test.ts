import { expect, test } from "vitest";
import { silenceOf, type Uptime } from "./silence.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const WINDOW = 3 * MINUTE;
const QUIET = 15 * MINUTE;
const waits = (
  startedMs: number,
  uptimes: readonly Uptime[],
  nowMs: number,
  heardAgainMs: number | null = null,
) =>
  silenceOf(startedMs, uptimes, {
    nowMs,
    settleMs: WINDOW,
    quietMs: QUIET,
    outageMs: 15 * SECOND,
    heardAgainMs,
  });

test("silence is evidence after the settle window while webhooks could be taken all the time", () => {
  const uptimes = [{ beganMs: 0, lastMs: 10 * MINUTE }];
  expect(waits(MINUTE, uptimes, 10 * MINUTE)).toEqual({
    evidenceFromMs: MINUTE + WINDOW,
    heardAfterMs: MINUTE + WINDOW / 2,
  });
});

test("after an outage silence is evidence only when Meta's next retry is past, and a status made before its end proves nothing (D 10.1)", () => {
  const uptimes = [
    { beganMs: 0, lastMs: 2 * MINUTE },
    { beganMs: 12 * MINUTE, lastMs: 60 * MINUTE },
  ];
  expect(waits(MINUTE, uptimes, 60 * MINUTE)).toEqual({
    evidenceFromMs: 12 * MINUTE + 3 * 10 * MINUTE + WINDOW,
    heardAfterMs: 12 * MINUTE,
  });
  // Sent in the middle of the outage, by a process that only works: Meta has failed for a shorter time.
  expect(waits(7 * MINUTE, uptimes, 60 * MINUTE).evidenceFromMs).toBe(12 * MINUTE + 3 * 5 * MINUTE + WINDOW);
});

test("an outage soon after another is the same one going on, because the retry may have met both (D 10.1)", () => {
  const uptimes = [
    { beganMs: 0, lastMs: 2 * MINUTE },
    { beganMs: 7 * MINUTE, lastMs: 8 * MINUTE },
    { beganMs: 12 * MINUTE, lastMs: 60 * MINUTE },
  ];
  expect(waits(MINUTE, uptimes, 60 * MINUTE).evidenceFromMs).toBe(12 * MINUTE + 3 * 10 * MINUTE + WINDOW);
});

test("an outage that began when the silence was evidence already changes nothing (D 10.1)", () => {
  const uptimes = [
    { beganMs: 0, lastMs: 10 * MINUTE },
    { beganMs: 70 * MINUTE, lastMs: 80 * MINUTE },
  ];
  expect(waits(MINUTE, uptimes, 80 * MINUTE).evidenceFromMs).toBe(MINUTE + WINDOW);
});

test("silence is never evidence while nobody takes webhooks, nor before anybody has (D 10.1)", () => {
  const infinite = { evidenceFromMs: Number.POSITIVE_INFINITY };
  expect(waits(MINUTE, [{ beganMs: 0, lastMs: 2 * MINUTE }], 60 * MINUTE)).toMatchObject(infinite);
  expect(waits(MINUTE, [], 60 * MINUTE)).toMatchObject(infinite);
  const later = [{ beganMs: 5 * MINUTE, lastMs: 60 * MINUTE }];
  expect(waits(MINUTE, later, 60 * MINUTE).evidenceFromMs).toBe(5 * MINUTE + 3 * 4 * MINUTE + WINDOW);
});

test("two gateways that took turns were one that was there (D 10.1)", () => {
  const uptimes = [
    { beganMs: 0, lastMs: 6 * MINUTE },
    { beganMs: 5 * MINUTE, lastMs: 60 * MINUTE },
  ];
  expect(waits(MINUTE, uptimes, 60 * MINUTE).evidenceFromMs).toBe(MINUTE + WINDOW);
});

test("a pause of the number itself is waited for like an outage, and no longer than a number that stays quiet (D 10.1)", () => {
  const up = [{ beganMs: 0, lastMs: 60 * MINUTE }];
  const evidence = (heardAgainMs: number) => waits(MINUTE, up, 60 * MINUTE, heardAgainMs).evidenceFromMs;
  expect(evidence(4 * MINUTE)).toBe(4 * MINUTE + 3 * 3 * MINUTE + WINDOW);
  expect(evidence(9 * MINUTE)).toBe(MINUTE + QUIET + WINDOW);
  // Heard again before it was sent, and not since.
  expect(evidence(MINUTE)).toBe(MINUTE + WINDOW);
  // A pause says no more than an outage that is known to have lasted longer.
  const after = [
    { beganMs: 0, lastMs: 2 * MINUTE },
    { beganMs: 12 * MINUTE, lastMs: 60 * MINUTE },
  ];
  expect(waits(MINUTE, after, 60 * MINUTE, 12 * MINUTE).evidenceFromMs).toBe(
    12 * MINUTE + 3 * 10 * MINUTE + WINDOW,
  );
});
