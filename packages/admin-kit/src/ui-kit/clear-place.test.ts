import { expect, test } from "vitest";
import { type Box, clearPlace } from "./clear-place.ts";

const VIEW = { width: 400, height: 300 };
const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const NOTICE = box(200, 240, 180, 40);

test("a notice that covers nothing stays where its host puts notices", () => {
  expect(clearPlace(NOTICE, [box(0, 0, 400, 200)], VIEW)).toEqual({ x: 0, y: 0 });
});

test("a notice over a switch moves to the nearest place without one (D 8.9)", () => {
  const { x, y } = clearPlace(NOTICE, [box(350, 250, 30, 20)], VIEW);
  const moved = box(NOTICE.left + x, NOTICE.top + y, 180, 40);
  expect(moved.right <= 350 || moved.bottom <= 250 || moved.top >= 270).toBe(true);
  expect(moved.left).toBeGreaterThanOrEqual(0);
  expect(moved.bottom).toBeLessThanOrEqual(VIEW.height);
});

test("a notice stays in the window, and where it is when controls are everywhere", () => {
  expect(clearPlace(NOTICE, [box(0, 0, 400, 300)], VIEW)).toEqual({ x: 0, y: 0 });
});
