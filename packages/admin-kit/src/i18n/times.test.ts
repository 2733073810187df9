import { expect, test } from "vitest";
import { createTimes } from "./times.ts";

const NOW = new Date("2025-11-23T02:00:00Z");

test("the day is the viewer's, not the server's", () => {
  const at = "2025-11-22T23:30:00Z";
  expect(createTimes("en-GB", "UTC").dayKey(at)).toBe("2025-11-22");
  expect(createTimes("en-GB", "Asia/Colombo").dayKey(at)).toBe("2025-11-23");
  expect(createTimes("en-GB", "UTC").daysAgo(at, NOW)).toBe(1);
  expect(createTimes("en-GB", "Asia/Colombo").daysAgo(at, NOW)).toBe(0);
});

test("a day is the same in every script of digits and across a change of the clock", () => {
  expect(createTimes("ar-EG", "UTC").dayKey("2025-11-22T23:30:00Z")).toBe("2025-11-22");
  const spring = createTimes("en-GB", "Europe/London");
  expect(spring.daysAgo("2025-03-29T12:00:00Z", new Date("2025-03-31T11:00:00Z"))).toBe(2);
});

test("a list says the day and the minute, and the year where it is another one; a timeline the second (D 8.9)", () => {
  const { short, time } = createTimes("en-GB", "UTC");
  expect(short("2025-11-23T01:05:00Z", NOW)).toBe("23 Nov, 1:05");
  expect(time("2025-11-23T01:05:09Z")).toBe("1:05:09");
  expect(short("2025-11-22T23:30:00Z", NOW)).toBe("22 Nov, 23:30");
  expect(short("2024-12-30T10:00:00Z", NOW)).toBe("30 Dec 2024, 10:00");
});

test("the full time names its zone", () => {
  expect(createTimes("en-GB", "Asia/Colombo").full("2025-11-22T23:30:00Z")).toMatch(
    /05:00|5:00:00.*GMT\+5:30/,
  );
});
