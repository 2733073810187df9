import { expect, test } from "vitest";
import { type Breaker, createBreaker, type Request } from "./breaker.ts";

const beginAll = (breaker: Breaker, nowMs: number): Request[] =>
  Array.from({ length: breaker.room(nowMs) }, () => breaker.begin(nowMs));

test("starts small and grows to the whole with each answer", () => {
  const breaker = createBreaker(20);
  expect(breaker.room(0)).toBe(10);
  for (let n = 0; n < 30; n++) breaker.begin(n).answered();
  expect(breaker.room(30)).toBe(20);
});

test("an outage of ten minutes costs at most ten calls before it opens, and less than one a second after", () => {
  const breaker = createBreaker(200);
  let calls = 0;
  let openedAfter: number | undefined;
  for (let nowMs = 0; nowMs < 600_000; nowMs += 50) {
    const begun = beginAll(breaker, nowMs);
    if (begun.length === 0) openedAfter ??= calls;
    calls += begun.length;
    for (const request of begun) request.failed(nowMs + 40);
  }
  expect(openedAfter).toBeLessThanOrEqual(10);
  expect(calls - (openedAfter ?? 0)).toBeLessThan(40);
});

test("one answer after an outage lets messages pass again, fewer than before at first", () => {
  const breaker = createBreaker(200);
  for (const request of beginAll(breaker, 900)) request.failed(1_000);
  expect(breaker.room(1_249)).toBe(0);
  expect(breaker.nextRoomMs(1_100)).toBe(1_250);
  expect(breaker.room(1_250)).toBe(1);
  breaker.begin(1_250).answered();
  expect(breaker.room(1_251)).toBe(6);
});

test("single failures among answers do not open it", () => {
  const breaker = createBreaker(50);
  for (let n = 0; n < 100; n++) {
    const [one, another, third] = [breaker.begin(n), breaker.begin(n), breaker.begin(n)];
    one.failed(n);
    another.failed(n);
    third.answered();
    expect(breaker.room(n)).toBeGreaterThan(0);
  }
});

test("requests that hang do not keep others from being begun, up to the connections (D 10.4)", () => {
  const breaker = createBreaker(40);
  let hung = 0;
  for (let nowMs = 0; hung < 25; nowMs += 50) {
    hung += beginAll(breaker, nowMs).length;
    expect(nowMs).toBeLessThan(500);
  }
  for (let n = 0; n < 100; n++) beginAll(breaker, 1_000).at(-1)?.dropped();
  expect(breaker.room(5_000)).toBeGreaterThan(0);
  while (breaker.room(9_000) > 0) breaker.begin(1_000);
  expect(breaker.room(60_000)).toBe(0);
});

test("requests that time out together while later ones are answered change nothing (D 10.4)", () => {
  const breaker = createBreaker(200);
  const hung = Array.from({ length: 25 }, () => breaker.begin(0));
  for (let n = 0; n < 50; n++) breaker.begin(1_000 + n).answered();
  const before = breaker.room(20_000);
  for (const request of hung) request.failed(20_000);
  expect(breaker.room(20_000)).toBe(before);
});

test("requests that time out together with nobody to compare them with are one incident: the next try comes at once (D 10.4)", () => {
  const breaker = createBreaker(200);
  const hung = Array.from({ length: 25 }, () => breaker.begin(0));
  for (const request of hung) request.failed(20_000);
  expect(breaker.nextRoomMs(20_000)).toBe(20_250);
  breaker.begin(20_250).answered();
  expect(breaker.room(20_300)).toBe(6);
});
