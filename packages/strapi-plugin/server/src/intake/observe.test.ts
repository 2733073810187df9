import { expect, test } from "vitest";
import type { OrderMapping } from "../mapping/mapping.ts";
import { actsOf, consentFactsOf, deletionOf, type Entry, entryOf } from "./observe.ts";

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
const type = { mapping, draftAndPublish: false, localized: false, consentSince: 0 };
const entry: Entry = {
  documentId: "doc1",
  locale: null,
  bornAt: CREATED,
  changedAt: CHANGED,
  state: "paid",
  consent: null,
};
const at = Date.parse(CHANGED);

test("an entry comes to be when it is created, or published where it can be a draft", () => {
  expect(entryOf(row, type)).toEqual(entry);
  expect(entryOf(row, { ...type, draftAndPublish: true })).toEqual({ ...entry, bornAt: PUBLISHED });
  expect(entryOf({ ...row, publishedAt: null }, { ...type, draftAndPublish: true })).toBe("draft");
});

test("a row that does not say everything has to be read again, and is not taken for one without a state", () => {
  for (const missing of ["documentId", "updatedAt", "publishedAt", "stage"]) {
    const partial = Object.fromEntries(Object.entries(row).filter(([name]) => name !== missing));
    expect(entryOf(partial, { ...type, draftAndPublish: true }), missing).toBe("incomplete");
  }
  expect(entryOf({ ...row, stage: null }, { ...type, draftAndPublish: true })).toMatchObject({ state: null });
});

const seen = (state: string, locale: string | null = null, when = at - 1) => ({ state, locale, at: when });
const names = (acts: ReturnType<typeof actsOf>) => acts.map(({ hostEvent }) => hostEvent);

test("a state that is another than the last one is an act, the same is none", () => {
  expect(names(actsOf(entry, [], false))).toEqual(["entry.created", "entry.state"]);
  expect(names(actsOf(entry, [seen("pending")], false))).toEqual(["entry.created", "entry.state"]);
  expect(names(actsOf(entry, [seen("paid")], false))).toEqual(["entry.created"]);
});

test("a sweep that read a row before it changed again tells no old state as news", () => {
  expect(names(actsOf(entry, [seen("shipped", null, at + 1)], true))).toEqual(["entry.created"]);
  expect(actsOf(entry, [seen("pending", null, at)], true)).toHaveLength(2);
});

test("a row of an entry with languages is read again where it does not say its own", () => {
  const localized = { ...type, localized: true };
  expect(entryOf(row, localized)).toBe("incomplete");
  expect(entryOf({ ...row, locale: "de" }, localized)).toMatchObject({ locale: "de" });
});

test("a row is compared with its own language, and follows another one without a second act (D 3.4)", () => {
  const german = { ...entry, locale: "de" };
  const stateOf = (history: Parameters<typeof actsOf>[1]) => {
    const act = actsOf(german, history, false).find(({ hostEvent }) => hostEvent === "entry.state");
    return act && { nth: act.payload["nth"], isKnown: act.isKnown };
  };
  expect(stateOf([seen("paid", "de"), seen("shipped", "en")])).toBeUndefined();
  expect(stateOf([seen("paid", "en"), seen("pending", "de")])).toEqual({ nth: 1, isKnown: true });
  expect(stateOf([seen("pending", "en"), seen("pending", "de")])).toEqual({ nth: 1, isKnown: false });
  const again = [seen("paid", "en"), seen("paid", "de"), seen("pending", "en"), seen("pending", "de")];
  expect(stateOf(again)).toEqual({ nth: 2, isKnown: false });
  expect(stateOf([...again, seen("paid", "en")])).toEqual({ nth: 2, isKnown: true });
});

test("a deleted row is a deleted entry, but not the row that people saw where a draft is left", () => {
  const fact = { key: "entry.deleted:doc1:7", type: "entry.deleted", entityId: "doc1" };
  expect(deletionOf({ ...row, id: 7 }, type)).toEqual([fact]);
  expect(deletionOf({ ...row, id: 7 }, { ...type, draftAndPublish: true })).toEqual([]);
  expect(deletionOf({ ...row, id: 7, publishedAt: null }, { ...type, draftAndPublish: true })).toEqual([
    fact,
  ]);
});

test("a consent that is taken back, given again and taken back again is an act each time, the first yes is none (D 9.14)", () => {
  const actOf = (consent: boolean | null, said: Parameters<typeof consentFactsOf>[1], swept = false) =>
    consentFactsOf({ ...entry, locale: "de", consent }, said, swept).map(({ key }) => key);
  const no = seen("no", "de");
  const yes = seen("yes", "de");
  expect(actOf(true, [])).toEqual([]);
  expect(actOf(false, [])).toEqual(["entry.consent:doc1:de:no:1"]);
  expect(actOf(false, [no])).toEqual([]);
  expect(actOf(true, [no])).toEqual(["entry.consent:doc1:de:yes:1"]);
  expect(actOf(false, [no, yes])).toEqual(["entry.consent:doc1:de:no:2"]);
  expect(actOf(false, [no, yes, seen("no", "en")])).toEqual(["entry.consent:doc1:de:no:2"]);
  expect(actOf(null, [no])).toEqual([]);
  expect(actOf(false, [no, seen("yes", "de", at + 1)], true)).toEqual([]);
});

test("a consent field that the row does not bring along has to be read again, in a component too (D 9.14)", () => {
  const consent = { wording_id: "box", wording_version: "1", wording_language: "en" };
  const asked = (attribute: string) => ({
    ...type,
    mapping: { ...mapping, fields: { ...mapping.fields, consent: { ...consent, attribute } } },
  });
  expect(entryOf(row, asked("agreed"))).toBe("incomplete");
  expect(entryOf({ ...row, agreed: null }, asked("agreed"))).toMatchObject({ consent: false });
  expect(entryOf(row, asked("terms.agreed"))).toBe("incomplete");
  expect(entryOf({ ...row, terms: null }, asked("terms.agreed"))).toMatchObject({ consent: false });
  expect(entryOf({ ...row, terms: { agreed: true } }, asked("terms.agreed"))).toMatchObject({
    consent: true,
  });
});
