import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundlePages } from "./bundle.ts";

/** A plugin may add 150 kB to its host's admin; the pages leave most of it to the host's own components. */
const PAGES_GZIPPED_BYTES_MAX = 55_000;

test("the pages are light, and bring no schema library into the browser", async () => {
  const pages = await bundlePages();
  expect(gzipSync(pages).byteLength).toBeLessThan(PAGES_GZIPPED_BYTES_MAX);
  expect(new TextDecoder().decode(pages)).not.toMatch(/ZodString|\$ZodType/);
});
