import { TIMELINE_KINDS, type TimelineEntry } from "@webxkey/core/contract";
import { expect, test } from "vitest";
import { entry } from "../../preview/example-shop.ts";
import { createI18n } from "../i18n/i18n.ts";
import { detailFacts, entryLook, groupByDay } from "./timeline-view.ts";

const NOW = new Date("2025-11-23T14:40:00Z");
const colombo = createI18n({ locale: "en-GB", timeZone: "Asia/Colombo" });

test("entries are grouped by the viewer's days, oldest first, today and yesterday by name", () => {
  const days = groupByDay(
    colombo,
    [
      entry("2025-11-23T06:00:00Z", "status", "third"),
      entry("2025-11-21T10:00:00Z", "event_seen", "first"),
      entry("2025-11-22T22:00:00Z", "attempted", "second"),
      entry("2025-11-22T10:00:00Z", "decided", "between"),
    ],
    NOW,
  );
  expect(days.map(({ label, entries }) => [label, entries.map(({ sentence }) => sentence)])).toEqual([
    [colombo.times.day("2025-11-21T10:00:00Z"), ["first"]],
    ["Yesterday", ["between"]],
    ["Today", ["second", "third"]],
  ]);
});

test("entries of one moment keep the order in which the server tells them", () => {
  const at = "2025-11-23T06:00:00Z";
  const told = ["a", "b", "c"].map((sentence) => entry(at, "status", sentence));
  expect(groupByDay(colombo, told, NOW)[0]?.entries).toEqual(told);
});

test.each(TIMELINE_KINDS)("%s has a look of its own", (kind) => {
  const { icon } = entryLook({ kind, detail: {} });
  const others = TIMELINE_KINDS.filter(
    (other) => other !== kind && entryLook({ kind: other, detail: {} }).icon === icon,
  );
  expect(others).toEqual([]);
});

test("a kind that a newer server adds is drawn, not a crash", () => {
  expect(entryLook({ kind: "flown" as TimelineEntry["kind"], detail: {} })).toEqual({
    icon: "status",
    tone: "neutral",
  });
});

test.each([
  ["decided", { reason: "no_consent" }, { icon: "stop", tone: "warning" }],
  ["decided", { consent_id: "1" }, { icon: "decision", tone: "info" }],
  ["answered", { outcome: "refused" }, { icon: "answer", tone: "danger" }],
  ["answered", { outcome: "unknown" }, { icon: "answer", tone: "warning" }],
  ["status", { status: "failed" }, { icon: "status", tone: "danger" }],
  ["status", { status: "sent" }, { icon: "status", tone: "info" }],
  ["status", { status: "read" }, { icon: "status", tone: "success" }],
  ["consent", { state: "withdrawn" }, { icon: "consent", tone: "danger" }],
  ["reply", { reading: "opt_out" }, { icon: "reply", tone: "warning" }],
] as const)("%s with %j looks like %j", (kind, detail, look) => {
  expect(entryLook({ kind, detail })).toEqual(look);
});

test("details have words where there are some, and leave out what is not known", () => {
  expect(detailFacts(colombo, { n: 2, code: null, is_new: true, constructor: "x" })).toEqual([
    { term: "Attempt", value: "2" },
    { term: "is new", value: "Yes" },
    { term: "constructor", value: "x" },
  ]);
});
