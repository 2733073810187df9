import { expect, test } from "vitest";
import type { OrderMapping } from "../mapping/mapping.ts";
import { actsOf, deletionOf, type Entry, entryOf } from "./observe.ts";

const mapping: OrderMapping = {
  content_type: "api::order.order",
  created: "order.placed",
  states: {},
  fields: { state: "stage", phone: ["phone"], total: "total", currency: { value: "EUR" }, code: "code" },
};
const CREATED = "2026-03-14T09:00:00.000Z";
const PUBLISHED = "2026-03-14T10:00:00.000Z";
const CHANGED = "2026-03-14T11:00:00.000Z";
const row = {
  documentId: "doc1",
  createdAt: CREATED,
  updatedAt: CHANGED,
  publishedAt: PUBLISHED,
  stage: "paid",
};
const entry: Entry = { documentId: "doc1", bornAt: CREATED, changedAt: CHANGED, state: "paid" };
const at = Date.parse(CHANGED);

test("an entry comes to be when it is created, or published where it can be a draft", () => {
  expect(entryOf(row, { mapping, draftAndPublish: false })).toEqual(entry);
  expect(entryOf(row, { mapping, draftAndPublish: true })).toEqual({ ...entry, bornAt: PUBLISHED });
  expect(entryOf({ ...row, publishedAt: null }, { mapping, draftAndPublish: true })).toBe("draft");
});

test("a row that does not say everything has to be read again, and is not taken for one without a state", () => {
  for (const missing of ["documentId", "updatedAt", "publishedAt", "stage"]) {
    const partial = Object.fromEntries(Object.entries(row).filter(([name]) => name !== missing));
    expect(entryOf(partial, { mapping, draftAndPublish: true }), missing).toBe("incomplete");
  }
  expect(entryOf({ ...row, stage: null }, { mapping, draftAndPublish: true })).toMatchObject({ state: null });
});

test("a state that is another than the last one is an act, the same is none", () => {
  const names = (last?: string, swept = false, lastAt = at - 1) =>
    actsOf(entry, last === undefined ? undefined : { state: last, at: lastAt }, swept).map(
      ({ hostEvent }) => hostEvent,
    );
  expect(names()).toEqual(["entry.created", "entry.state"]);
  expect(names("pending")).toEqual(["entry.created", "entry.state"]);
  expect(names("paid")).toEqual(["entry.created"]);
});

test("a sweep that read a row before it changed again tells no old state as news", () => {
  const stale = actsOf(entry, { state: "shipped", at: at + 1 }, true);
  expect(stale.map(({ hostEvent }) => hostEvent)).toEqual(["entry.created"]);
  expect(actsOf(entry, { state: "pending", at }, true)).toHaveLength(2);
});

test("a deleted row is a deleted entry, but not the row that people saw where a draft is left", () => {
  const fact = { key: "entry.deleted:doc1:7", type: "entry.deleted", entityId: "doc1" };
  expect(deletionOf({ ...row, id: 7 }, { mapping, draftAndPublish: false })).toEqual([fact]);
  expect(deletionOf({ ...row, id: 7 }, { mapping, draftAndPublish: true })).toEqual([]);
  expect(deletionOf({ ...row, id: 7, publishedAt: null }, { mapping, draftAndPublish: true })).toEqual([
    fact,
  ]);
});
