import { expect, test } from "vitest";
import { releaseBytes } from "./release-bytes.ts";

test("memory that one array alone uses is given back (D 6.4)", () => {
  const bytes = new Uint8Array(64);
  releaseBytes(bytes);
  expect(bytes.byteLength).toBe(0);
});

test.each([
  ["a piece of", (memory: ArrayBuffer) => new Uint8Array(memory, 8, 8)],
  ["the beginning of", (memory: ArrayBuffer) => new Uint8Array(memory, 0, 8)],
])("%s a larger memory is left alone: others may still read it (D 6.4)", (_which, pieceOf) => {
  const memory = new ArrayBuffer(64);
  releaseBytes(pieceOf(memory));
  expect(memory.byteLength).toBe(64);
});
