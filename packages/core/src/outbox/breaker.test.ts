import { expect, test } from "vitest";
import { createBreaker } from "./breaker.ts";

test("starts small and grows to the whole with each answer", () => {
  const breaker = createBreaker(20);
  expect(breaker.limit(0)).toBe(8);
  for (let n = 0; n < 30; n++) breaker.answered();
  expect(breaker.limit(0)).toBe(20);
});

test("an outage of ten minutes costs at most ten calls before it opens, and less than one a second after", () => {
  const breaker = createBreaker(200);
  let calls = 0;
  let openedAfter: number | undefined;
  for (let nowMs = 0; nowMs < 600_000; nowMs += 50) {
    const may = breaker.limit(nowMs);
    if (may === 0) openedAfter ??= calls;
    for (let n = 0; n < may; n++) {
      calls += 1;
      breaker.failed(nowMs);
    }
  }
  expect(openedAfter).toBeLessThanOrEqual(10);
  // 1, 2, 4, 8, 16 and then every 30 seconds.
  expect(calls - (openedAfter ?? 0)).toBeLessThan(30);
});

test("one answer after an outage lets messages pass again, few at first", () => {
  const breaker = createBreaker(200);
  for (let n = 0; n < 5; n++) breaker.failed(1_000);
  expect(breaker.limit(1_999)).toBe(0);
  expect(breaker.nextTryMs()).toBe(2_000);
  expect(breaker.limit(2_000)).toBe(1);
  breaker.answered();
  expect(breaker.nextTryMs()).toBe(0);
  expect(breaker.limit(2_001)).toBe(2);
});

test("single failures among answers do not open it", () => {
  const breaker = createBreaker(50);
  for (let n = 0; n < 100; n++) {
    breaker.failed(n);
    breaker.failed(n);
    breaker.answered();
    expect(breaker.limit(n)).toBeGreaterThan(0);
  }
});
