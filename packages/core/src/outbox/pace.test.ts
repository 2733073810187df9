import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterTaking,
  freeAt,
  grownRate,
  type LearnedRate,
  PAIR_RATE,
  perSecondOf,
  type Rate,
  roomIn,
  senderRate,
  slowedRate,
} from "./pace.ts";

/** Meta's side of it: a bucket of one second's worth that fills at the rate. */
function metaRefusals(perSecond: number, sentAtMs: readonly number[]): number {
  let level = perSecond;
  let last = sentAtMs[0] ?? 0;
  let refused = 0;
  for (const at of sentAtMs) {
    level = Math.min(perSecond, level + ((at - last) / 1_000) * perSecond);
    last = at;
    if (level < 1) refused += 1;
    else level -= 1;
  }
  return refused;
}

/** A worker that looks at these moments and sends all that there is room for. */
function sends(rate: Rate, looksMs: readonly number[]): number[] {
  let nextMs = looksMs[0] ?? 0;
  return looksMs.flatMap((nowMs) => {
    const room = roomIn(rate, nextMs, nowMs);
    nextMs = afterTaking(rate, nextMs, nowMs, room);
    return Array.from({ length: room }, () => nowMs);
  });
}

/** A queue sent by a worker that looks forty times a second, with a tenth of a second until Meta answers. */
function drain(waiting: number, realPerSecond: number, perSecondMax: number) {
  let learned: LearnedRate = { perSecondMax, learnedPerSecond: null, learnedMs: null, slowedMs: null };
  let [nextMs, level, refusals, pausedUntilMs] = [0, realPerSecond, 0, 0];
  const answers: { atMs: number; refused: number }[] = [];
  let nowMs = 0;
  for (; waiting > 0 || answers.length > 0; nowMs += 25) {
    level = Math.min(realPerSecond, level + 0.025 * realPerSecond);
    while (answers[0] && answers[0].atMs <= nowMs) {
      const { refused } = answers.shift() as { refused: number };
      if (refused === 0) continue;
      waiting += refused;
      refusals += refused;
      pausedUntilMs = nowMs + 1_000;
      const slowed = slowedRate(learned, nowMs);
      if (slowed) learned = { ...learned, learnedPerSecond: slowed, learnedMs: nowMs, slowedMs: nowMs };
    }
    if (nowMs < pausedUntilMs) continue;
    const rate = senderRate(perSecondOf(learned));
    const sent = Math.min(waiting, roomIn(rate, nextMs, nowMs));
    if (sent === 0) continue;
    nextMs = afterTaking(rate, nextMs, nowMs, sent);
    const grown = roomIn(rate, nextMs, nowMs) === 0 ? grownRate(learned, nowMs) : undefined;
    if (grown) learned = { ...learned, learnedPerSecond: grown, learnedMs: nowMs };
    const taken = Math.min(sent, Math.floor(level));
    level -= taken;
    waiting -= sent;
    answers.push({ atMs: nowMs + 100, refused: sent - taken });
  }
  return { tookMs: nowMs, refusals };
}

describe("the pace of a number", () => {
  test.each([20, 80, 1_000])(
    "at %d a second Meta's bucket never runs empty, whenever the worker looks",
    (perSecond) => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 300 }),
          (gaps) => {
            let at = 0;
            const looks = gaps.map((gap) => {
              at += gap;
              return at;
            });
            expect(metaRefusals(perSecond, sends(senderRate(perSecond), looks))).toBe(0);
          },
        ),
      );
    },
  );

  test.each([20, 80, 1_000])("a worker that looks ten times a second gets the whole of %d", (perSecond) => {
    const looks = Array.from({ length: 601 }, (_, index) => index * 100);
    const sent = sends(senderRate(perSecond), looks).length;
    expect(sent / 60).toBeGreaterThanOrEqual(0.98 * perSecond);
    expect(sent / 60).toBeLessThanOrEqual(1.01 * perSecond);
  });

  test("a number learns what it takes and stays there: 200 waiting at 20 a second need some ten seconds (D 10.7)", () => {
    const { tookMs, refusals } = drain(200, 20, 80);
    expect(tookMs).toBeLessThan(12_000);
    expect(refusals).toBeLessThanOrEqual(10);
  });

  test.each([20, 35, 50, 80, 5])(
    "a number of %d a second is found within a minute and kept busy for ten (D 10.7)",
    (real) => {
      const { tookMs, refusals } = drain(real * 600, real, 80);
      expect(tookMs).toBeLessThan(600_000 / 0.8);
      expect(refusals).toBeLessThan(real === 80 ? 1 : 100);
    },
  );

  test("a spell of refusals is made good within ten minutes (D 10.7)", () => {
    let learned: LearnedRate = { perSecondMax: 80, learnedPerSecond: null, learnedMs: null, slowedMs: null };
    // Another tool sends from the number: Meta refuses every few seconds, however slowly this one goes.
    for (let nowMs = 0; nowMs < 60_000; nowMs += 3_000) {
      const slowed = slowedRate(learned, nowMs) ?? perSecondOf(learned);
      learned = { ...learned, learnedPerSecond: slowed, learnedMs: nowMs, slowedMs: nowMs };
    }
    expect(perSecondOf(learned)).toBe(5);
    for (let nowMs = 60_000; nowMs < 660_000; nowMs += 500) {
      const grown = grownRate(learned, nowMs);
      if (grown) learned = { ...learned, learnedPerSecond: grown, learnedMs: nowMs };
    }
    expect(perSecondOf(learned)).toBe(80);
  });

  test("a number that Meta calls HIGH goes at once as fast as that (D 10.7)", () => {
    expect(
      perSecondOf({ perSecondMax: 1_000, learnedPerSecond: null, learnedMs: null, slowedMs: null }),
    ).toBe(1_000);
  });

  test("an idle number has room for one, and one that was emptied has it when it says, whatever it learned and whenever (D 10.7)", () => {
    const rates = fc.double({ min: 1, max: 1_000, noNaN: true });
    const moments = fc.double({ min: 1.7e12, max: 4e12, noNaN: true });
    fc.assert(
      fc.property(rates, moments, (perSecond, nowMs) => {
        const rate = senderRate(perSecond);
        const room = roomIn(rate, nowMs - 1, nowMs);
        expect(room).toBeGreaterThanOrEqual(1);
        const nextMs = afterTaking(rate, nowMs, nowMs, room);
        // A moment of today has no finer steps than a quarter of a microsecond.
        expect(roomIn(rate, nextMs, freeAt(rate, nextMs) + 0.001)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe("the pace of one person", () => {
  test("45 may go at once, and then one every six seconds", () => {
    expect(roomIn(PAIR_RATE, 0, 0)).toBe(45);
    const nextMs = afterTaking(PAIR_RATE, 0, 0, 45);
    expect(roomIn(PAIR_RATE, nextMs, 5_999)).toBe(0);
    expect(roomIn(PAIR_RATE, nextMs, 6_000)).toBe(1);
    expect(freeAt(PAIR_RATE, nextMs)).toBe(6_000);
  });
});
