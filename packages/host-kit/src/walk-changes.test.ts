import { expect, test } from "vitest";
import { walkChanges } from "./walk-changes.ts";

const at = (ms: number) => new Date(1_700_000_000_000 + ms);

/** A table of rows by the moment of their change, walked once. */
async function walk(changes: readonly number[], from = at(0), until = at(1_000_000)) {
  const rows = changes.map((ms, id) => ({ id, at: at(ms) })).toSorted((one, other) => +one.at - +other.at);
  const seen: number[] = [];
  const reached: Date[] = [];
  await walkChanges<(typeof rows)[number]>({
    from,
    until,
    page: async (of) =>
      rows.filter((row) => row.at >= of.from && row.at <= of.until).slice(of.skip, of.skip + of.take),
    changedAt: (row) => row.at,
    seen: async (page) => void seen.push(...page.map(({ id }) => id)),
    reached: async (moment) => void reached.push(moment),
  });
  return { seen, reached };
}

test("sees every row once, also where more changed at one moment than a page holds", async () => {
  const changes = [...Array.from({ length: 150 }, (_, ms) => ms), ...Array<number>(700).fill(200), 300];
  const { seen, reached } = await walk(changes);
  expect(seen).toHaveLength(changes.length);
  expect(new Set(seen).size).toBe(changes.length);
  expect(reached.at(-1)).toEqual(at(1_000_000));
});

test("leaves what is beyond a walk's length to the next one, from where it came to", async () => {
  const changes = Array.from({ length: 12_000 }, (_, ms) => ms);
  const first = await walk(changes);
  expect(first.seen.length).toBeLessThan(changes.length);
  const second = await walk(changes, first.reached.at(-1));
  expect(new Set([...first.seen, ...second.seen]).size).toBe(changes.length);
});
