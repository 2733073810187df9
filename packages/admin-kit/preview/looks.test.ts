import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PSEUDO_LOCALE } from "./pseudo.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { openPreview } from "./visit.ts";

/** Set to a folder, the run leaves a picture of every look there. */
const SHOTS_DIR = process.env["WEBXKEY_SHOTS_DIR"];

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What colours and a narrow page can change; the rest of the page is the same. */
const LOOK_RULES = ["color-contrast", "target-size", "scrollable-region-focusable"];
const PHONE = { width: 360, height: 780 };
const TABLET = { width: 768, height: 900 };

/** Names of languages are the browser's. */
const LANGUAGES = new Intl.DisplayNames([PSEUDO_LOCALE], { type: "language" });

const scenarios = Object.entries<Scenario>(SCENARIOS);
let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
  if (SHOTS_DIR) await mkdir(SHOTS_DIR, { recursive: true });
});
afterAll(() => browser.close());

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS_DIR) await page.screenshot({ path: `${SHOTS_DIR}/admin-${name}.png`, fullPage: true });
}

test.concurrent.each(scenarios)(
  "%s is accessible, light on a desk and dark on a phone that need not scroll sideways",
  async (name, scenario) => {
    await visit(scenario, async ({ page }) => {
      await page.addScriptTag({ path: AXE });
      await shoot(page, `${name}-light`);
      expect(await faults(page, EVERY_RULE)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.setViewportSize(PHONE);
      await shoot(page, `${name}-dark-360`);
      expect(await faults(page, LOOK_RULES)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    });
  },
);

test.concurrent.each(scenarios)(
  "%s runs from right to left where the language does, and says nothing that is not in the table of texts",
  async (name, scenario) => {
    await visit(
      scenario,
      async ({ page, shop }) => {
        await shoot(page, `${name}-rtl-768`);
        expect(await page.locator(".wk-root").getAttribute("dir")).toBe("rtl");
        expect(await overflow(page)).toBe(0);
        const said = await wordsOf(page);
        expect(said.some((words) => words.includes("⟦"))).toBe(true);
        const named = shop.templates.map(({ language }) => LANGUAGES.of(language) ?? language);
        const data = [...stringsIn(shop), ...named].toSorted((a, b) => b.length - a.length);
        expect(said.map((words) => withoutTexts(words, data)).filter((rest) => /\p{L}/u.test(rest))).toEqual(
          [],
        );
      },
      { locale: PSEUDO_LOCALE, viewport: TABLET },
    );
  },
);

async function faults(page: Page, rules: readonly string[]): Promise<unknown> {
  const { violations } = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(rules)} })`)) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * All that is to be read or heard, but for what is no text of ours: sentences of the server, formatted times, codes,
 * quoted wordings, and the heading of the preview itself.
 */
function wordsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = "span[lang=en], time, code, q, style, main > div > h1";
    const words: string[] = [];
    for (const element of document.querySelectorAll(".wk-root, .wk-root *")) {
      if (element.closest(foreign)) continue;
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        const value = element.getAttribute(name);
        if (value) words.push(value);
      }
      for (const node of element.childNodes) if (node.nodeType === 3) words.push(node.textContent ?? "");
    }
    return words;
  });
}

/** Takes away texts of the table, innermost first, and then what the API gave. */
function withoutTexts(words: string, data: readonly string[]): string {
  let rest = words;
  while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, "");
  return data.reduce((left, known) => left.replaceAll(known, ""), rest);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return /\p{L}/u.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
