import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterTaking, freeAt, PAIR_RATE, type Rate, roomIn, senderRate } from "./pace.ts";

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
            expect(metaRefusals(perSecond, sends(senderRate(perSecond, null, 0), looks))).toBe(0);
          },
        ),
      );
    },
  );

  test.each([20, 80, 1_000])("a worker that looks ten times a second gets the whole of %d", (perSecond) => {
    const looks = Array.from({ length: 601 }, (_, index) => index * 100);
    const sent = sends(senderRate(perSecond, null, 0), looks).length;
    expect(sent / 60).toBeGreaterThanOrEqual(0.98 * perSecond);
    expect(sent / 60).toBeLessThanOrEqual(1.01 * perSecond);
  });

  test("a number that Meta slowed down starts at half its rate and is back at the whole after ten minutes", () => {
    const everyMs = (sinceMs: number) => senderRate(80, 0, sinceMs).everyMs;
    expect(everyMs(0)).toBe(25);
    expect(everyMs(300_000)).toBeCloseTo(1_000 / 60);
    expect(everyMs(600_000)).toBe(12.5);
    expect(everyMs(86_400_000)).toBe(12.5);
  });

  test("the slowest number sends too", () => {
    expect(roomIn(senderRate(1, 0, 0), 0, 0)).toBe(1);
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
