import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBatcher } from "./batcher.ts";
import { WebxkeyError } from "./errors.ts";

/** A flush that ends when the test says so, and remembers the sets it was given. */
function heldFlush() {
  const sets: number[][] = [];
  const gates: (() => void)[] = [];
  const flush = async (items: readonly number[]) => {
    sets.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 10);
  };
  return { sets, flush, release: () => gates.shift()?.() };
}

describe("batching", () => {
  test("serves an idle caller at once and alone", async () => {
    const { sets, flush, release } = heldFlush();
    const submit = createBatcher({ flush, itemsMax: 10 });
    const answer = submit(1);
    expect(sets).toEqual([[1]]);
    release();
    expect(await answer).toBe(10);
  });

  test("collects what comes while a flush runs, and answers each caller with its own result", async () => {
    const { sets, flush, release } = heldFlush();
    const submit = createBatcher({ flush, itemsMax: 10 });
    const first = submit(1);
    const rest = [2, 3, 4].map(submit);
    release();
    expect(await first).toBe(10);
    expect(sets).toEqual([[1], [2, 3, 4]]);
    release();
    expect(await Promise.all(rest)).toEqual([20, 30, 40]);
  });

  test("after a busy set lets items gather, after a small one does not", async () => {
    const sets: number[] = [];
    const submit = createBatcher({
      flush: async (items: readonly number[]) => {
        sets.push(items.length);
        return items;
      },
      itemsMax: 8,
      gatherMs: 300,
    });
    const busy = Array.from({ length: 9 }, (_, n) => submit(n));
    await busy[8];
    // The first alone, then eight together; what comes now waits for those that come within the time.
    const gathering = [submit(9)];
    await new Promise((resolve) => setImmediate(resolve));
    gathering.push(submit(10));
    await Promise.all(gathering);
    const small = submit(11);
    expect(sets).toEqual([1, 8, 2, 1]);
    await small;
  });

  test("an outage fails all items of a set at once, without trying them one by one", async () => {
    const sets: number[] = [];
    const submit = createBatcher({
      flush: async (items: readonly number[]) => {
        sets.push(items.length);
        throw new WebxkeyError("storage_unavailable", { detail: "away" });
      },
      itemsMax: 10,
    });
    const answers = await Promise.allSettled([1, 2, 3, 4].map(submit));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
    expect(sets).toEqual([1, 3]);
  });

  test("a poisonous item fails alone", async () => {
    const submit = createBatcher({
      flush: async (items: readonly number[]) => {
        if (items.includes(13)) throw new Error("thirteen");
        return items;
      },
      itemsMax: 10,
    });
    const answers = await Promise.allSettled([1, 2, 13, 4].map(submit));
    expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : "failed"))).toEqual([
      1,
      2,
      "failed",
      4,
    ]);
  });

  test("works on after a failure", async () => {
    let broken = true;
    const submit = createBatcher({
      flush: async (items: readonly number[]) => {
        if (broken) throw new Error("the database is away");
        return items;
      },
      itemsMax: 10,
    });
    await expect(submit(1)).rejects.toThrow("away");
    broken = false;
    expect(await submit(2)).toBe(2);
  });

  test("whatever the load, every item is flushed once, in order, in sets of at most the limit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(60), async (itemsMax, count) => {
        const sets: (readonly number[])[] = [];
        const submit = createBatcher({
          flush: async (items: readonly number[]) => {
            sets.push(items);
            return items;
          },
          itemsMax,
        });
        const items = Array.from({ length: count }, (_, index) => index);
        expect(await Promise.all(items.map(submit))).toEqual(items);
        expect(sets.flat()).toEqual(items);
        for (const set of sets) expect(set.length).toBeLessThanOrEqual(itemsMax);
      }),
    );
  });
});
