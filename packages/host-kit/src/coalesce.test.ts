import { expect, test } from "vitest";
import { coalesce } from "./coalesce.ts";

/** Work that waits to be let go, and counts. */
function work() {
  const under: (() => void)[] = [];
  let atOnce = 0;
  let atOnceMax = 0;
  let runs = 0;
  const call = coalesce(async () => {
    runs++;
    atOnceMax = Math.max(atOnceMax, ++atOnce);
    await new Promise<void>((resolve) => under.push(resolve));
    atOnce--;
  });
  return { call, finish: () => under.shift()?.(), runs: () => runs, atOnceMax: () => atOnceMax };
}

test("ten calls while it runs make one more run, and each waits for a run that began after it", async () => {
  const { call, finish, runs, atOnceMax } = work();
  const first = call();
  const later = Array.from({ length: 10 }, () => call());
  finish();
  await first;
  await expect.poll(runs).toBe(2);
  finish();
  await Promise.all(later);
  expect(runs()).toBe(2);
  expect(atOnceMax()).toBe(1);
});

test("a call after the end runs again", async () => {
  const { call, finish, runs } = work();
  for (const expected of [1, 2]) {
    const done = call();
    finish();
    await done;
    expect(runs()).toBe(expected);
  }
});
