import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { bundlePreview } from "./bundle.ts";
import { type ExampleApi, startExampleApi } from "./example-api.ts";
import type { ExampleShop } from "./example-shop.ts";
import type { Scenario } from "./scenarios.ts";

export interface Visit {
  readonly page: Page;
  readonly api: ExampleApi;
  readonly shop: ExampleShop;
}

export interface VisitOptions extends Pick<BrowserContextOptions, "colorScheme" | "viewport"> {
  readonly locale?: string;
  /** The page's timers are the test's: they run as far as `page.clock` lets them. */
  readonly clock?: boolean;
}

/** Opens pages of the preview in a real browser, each visit with an API and a shop of its own. */
export async function openPreview(browser: Browser) {
  const site = await bundlePreview();
  return async function visit(
    scenario: Scenario,
    rule: (visit: Visit) => Promise<void>,
    { locale = "en", clock = false, ...options }: VisitOptions = {},
  ): Promise<void> {
    const shop = scenario.shop();
    const api = await startExampleApi(shop, site);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    try {
      if (clock) await page.clock.install();
      await page.goto(`${api.url}/?locale=${locale}#${scenario.page}`);
      await page.locator("h1, h2").first().waitFor();
      await page.waitForFunction(
        () => document.querySelector(".wk-root") && !document.querySelector(".wk-loading"),
      );
      await scenario.act?.(page);
      await rule({ page, api, shop });
    } finally {
      await page.close();
      await api.close();
    }
  };
}
