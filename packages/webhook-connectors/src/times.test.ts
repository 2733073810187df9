import { expect, test } from "vitest";
import {
  earliestTextInZone,
  epochTime,
  textInZone,
  timeInZone,
  timeZoneSetting,
  utcTime,
  zonedTime,
} from "./times.ts";

test.each([
  ["2026-03-14T09:26:53", "2026-03-14T09:26:53.000Z"],
  ["2026-03-14 09:26:53", "2026-03-14T09:26:53.000Z"],
  ["2026-03-14 09:26:53.123456", "2026-03-14T09:26:53.000Z"],
  ["2026-03-14T09:26:53Z", undefined],
  ["2026-03-14", undefined],
  ["2026-13-14 09:26:53", undefined],
  [false, undefined],
])("a time without a zone that is UTC: %j is %j", (written, time) => {
  expect(utcTime.safeParse(written).data).toBe(time);
});

test.each([
  ["2021-12-31T19:00:00-05:00", "2022-01-01T00:00:00.000Z"],
  ["2026-03-14T09:26:53.5Z", "2026-03-14T09:26:53.500Z"],
  ["2026-03-14T09:26:53", undefined],
])("a time with an offset: %j is %j", (written, time) => {
  expect(zonedTime.safeParse(written).data).toBe(time);
});

test.each([
  [1_773_480_413, "2026-03-14T09:26:53.000Z"],
  ["1773480413", "2026-03-14T09:26:53.000Z"],
  [0, undefined],
  ["", undefined],
  [Number.MAX_SAFE_INTEGER, undefined],
])("seconds since 1970: %j is %j", (written, time) => {
  expect(epochTime.safeParse(written).data).toBe(time);
});

test.each([
  ["2026-03-14 14:56:53.000000", "Asia/Colombo", "2026-03-14T09:26:53.000Z"],
  ["2026-03-14 09:26:53", "UTC", "2026-03-14T09:26:53.000Z"],
  // Either side of the nights on which Paris changes its clocks.
  ["2026-03-29 01:30:00", "Europe/Paris", "2026-03-29T00:30:00.000Z"],
  ["2026-03-29 03:30:00", "Europe/Paris", "2026-03-29T01:30:00.000Z"],
  ["2026-10-25 01:30:00", "Europe/Paris", "2026-10-24T23:30:00.000Z"],
  ["2026-10-25 03:30:00", "Europe/Paris", "2026-10-25T02:30:00.000Z"],
  ["yesterday", "UTC", undefined],
])("the platform's own clock: %s in %s is %j", (written, zone, time) => {
  expect(timeInZone(written, zone)).toBe(time);
});

test("a moment goes to the platform's clock and back", () => {
  const time = new Date("2026-07-01T22:15:00Z");
  expect(textInZone(time, "Europe/Paris")).toBe("2026-07-02 00:15:00");
  expect(timeInZone(textInZone(time, "Europe/Paris"), "Europe/Paris")).toBe(time.toISOString());
});

test.each([
  // Paris turns its clock back from 3 to 2 at 01:00 UTC.
  ["2026-10-24T23:59:59Z", "Europe/Paris", "2026-10-25 01:59:59"],
  ["2026-10-25T00:00:01Z", "Europe/Paris", "2026-10-25 02:00:00"],
  ["2026-10-25T00:59:59Z", "Europe/Paris", "2026-10-25 02:00:00"],
  ["2026-10-25T01:00:00Z", "Europe/Paris", "2026-10-25 02:00:00"],
  ["2026-10-25T01:30:00Z", "Europe/Paris", "2026-10-25 02:30:00"],
  // By half an hour; and forward.
  ["2026-04-04T14:45:00Z", "Australia/Lord_Howe", "2026-04-05 01:30:00"],
  ["2026-03-29T00:59:59Z", "Europe/Paris", "2026-03-29 01:59:59"],
  ["2026-10-25T00:30:00Z", "Asia/Colombo", "2026-10-25 06:00:00"],
])("no clock shows less from %s on in %s than %s (D 9.1)", (since, zone, text) => {
  expect(earliestTextInZone(new Date(since), zone)).toBe(text);
});

test("a zone that nobody knows is refused, and none is UTC", () => {
  expect(timeZoneSetting.safeParse("Asia/Colombo").success).toBe(true);
  expect(timeZoneSetting.safeParse("Middle/Earth").success).toBe(false);
  expect(timeZoneSetting.parse(undefined)).toBe("UTC");
});
