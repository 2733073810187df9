import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { launchBrowser } from "@webxkey/test-browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePreview } from "./bundle.ts";
import { type ExampleApi, startExampleApi } from "./example-api.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

/** Set to a folder, the run leaves a picture of every look there. */
const SHOTS_DIR = process.env["WEBXKEY_SHOTS_DIR"];

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 }, locale: "en" },
  "dark-360": { colorScheme: "dark", viewport: { width: 360, height: 780 }, locale: "en" },
  "rtl-768": { colorScheme: "light", viewport: { width: 768, height: 900 }, locale: "ar" },
} as const;

let browser: Awaited<ReturnType<typeof launchBrowser>>;
let site: Awaited<ReturnType<typeof bundlePreview>>;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), bundlePreview()]);
  if (SHOTS_DIR) await mkdir(SHOTS_DIR, { recursive: true });
});
afterAll(() => browser.close());

type Page = Awaited<ReturnType<typeof browser.newPage>>;

async function visit(
  { shop, page: path }: Scenario,
  look: (typeof LOOKS)[keyof typeof LOOKS],
  act: (page: Page, api: ExampleApi) => Promise<void>,
) {
  const api = await startExampleApi(shop(), site);
  const { locale, ...options } = look;
  const page = await browser.newPage(options);
  try {
    await page.goto(`${api.url}/?locale=${locale}#${path}`);
    await page.locator("h1, h2").first().waitFor();
    await page.waitForFunction(() => document.querySelector(".wk-loading") === null);
    await act(page, api);
  } finally {
    await page.close();
    await api.close();
  }
}

async function faults(page: Page): Promise<unknown> {
  await page.addScriptTag({ path: AXE });
  const run = `axe.run({ runOnly: ${JSON.stringify(AXE_RULES)} })`;
  const { violations } = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

describe.each(Object.entries(LOOKS))("%s", (lookName, look) => {
  test.each(Object.entries(SCENARIOS))(
    "%s has no accessibility fault and does not scroll sideways",
    async (name, scenario) => {
      await visit(scenario, look, async (page) => {
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (SHOTS_DIR)
          await page.screenshot({ path: `${SHOTS_DIR}/admin-${name}-${lookName}.png`, fullPage: true });
        expect(await faults(page)).toEqual([]);
        expect(overflow).toBe(0);
      });
    },
  );
});
