import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BrowserSource, launchBrowser } from "./index.ts";
import { unpackChromium } from "./packed-chromium.ts";

test.each<BrowserSource>(["npm", "system-or-npm"])(
  "renders text and takes a screenshot with %s",
  async (source) => {
    const browser = await launchBrowser(source);
    try {
      const page = await browser.newPage({ viewport: { width: 320, height: 120 } });
      await page.setContent("<h1 style='display: inline-block'>Order placed</h1>");
      const heading = page.getByRole("heading", { name: "Order placed" });
      // Without a font the letters have no width.
      expect((await heading.boundingBox())?.width).toBeGreaterThan(60);
      const screenshot = await page.screenshot();
      expect(screenshot.subarray(1, 4).toString()).toBe("PNG");
      expect(screenshot.byteLength).toBeGreaterThan(1_000);
    } finally {
      await browser.close();
    }
  },
);

test("unpacks one whole browser when several processes need it at once", async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), "webxkey-chromium-test-"));
  try {
    const unpacked = await Promise.all([1, 2, 3].map(() => unpackChromium(cacheDir)));
    const [program, ...others] = new Set(unpacked.map(({ executablePath }) => executablePath));
    expect(others).toEqual([]);
    expect(statSync(String(program)).size).toBeGreaterThan(100_000_000);
    expect(readdirSync(cacheDir)).toHaveLength(1);
  } finally {
    await rm(cacheDir, { recursive: true });
  }
});
