import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyShop, message, newShop } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const NARROW = { width: 380, height: 780 };
const DESK = { width: 1280, height: 900 };

/** The controls that lie under a notice which is shown now. */
function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const notices = Array.from(document.querySelectorAll(".wk-notice"), (notice) =>
      notice.getBoundingClientRect(),
    );
    if (notices.length === 0) throw new Error("No notice is shown.");
    const controls = document.querySelectorAll("a[href], button, input, select, summary, [role=switch]");
    return Array.from(controls)
      .filter((control) => !control.closest(".wk-notice"))
      .filter((control) => {
        const { left, right, top, bottom } = control.getBoundingClientRect();
        return notices.some(
          (notice) =>
            left < notice.right && right > notice.left && top < notice.bottom && bottom > notice.top,
        );
      })
      .map((control) => control.outerHTML.slice(0, 120));
  });
}

test.each([DESK, NARROW])(
  "a notice covers no control, also while the page scrolls beneath it, $width px wide (D 8.9)",
  async (viewport) => {
    await visit(
      { shop: busyShop, page: "settings" },
      async ({ page }) => {
        await page.getByRole("switch", { name: /order placed/i }).click();
        await page.locator(".wk-notice").waitFor();
        expect(await covered(page)).toEqual([]);
        for (const by of [150, 330, 470]) {
          await page.evaluate((top) => window.scrollTo(0, top), by);
          await expect.poll(() => covered(page)).toEqual([]);
        }
      },
      { viewport },
    );
  },
);

test("no field of the connect form is said to be wrong before anything is typed or sent (D 8.9)", async () => {
  await visit({ shop: newShop, page: "settings" }, async ({ page }) => {
    const form = page.getByRole("form", { name: "Connect a number" });
    await form.waitFor();
    expect(await form.locator("[aria-invalid=true]").count()).toBe(0);
    await form.getByLabel("App id").focus();
    await form.getByLabel("App secret").focus();
    expect(await form.locator("[aria-invalid=true]").count()).toBe(0);
  });
});

test("an order's name, a time and a number stay on one line on a narrow page (D 8.9)", async () => {
  const shop = () => ({
    ...busyShop(),
    messages: [message(29, "read", { entity: { type: "order", ref: "o", label: "29" } })],
  });
  for (const viewport of [NARROW, { width: 900, height: 700 }])
    await visit(
      { shop, page: "messages" },
      async ({ page }) => {
        const row = page.getByRole("table", { name: "Messages, newest first" }).getByRole("row").nth(1);
        for (const part of [row.getByText("Order 29"), row.locator("time"), row.getByText("+1*******34")])
          expect(await part.evaluate((element) => element.getClientRects().length)).toBe(1);
      },
      { viewport },
    );
});

test("while a page is being read, its place is shown (D 8.9)", async () => {
  await visit({ shop: busyShop, page: "messages" }, async ({ page }) => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/v1/messages?*", async (route) => {
      await answered;
      await route.continue();
    });
    await page.reload();
    const height = async () => (await page.locator(".wk-loading").last().boundingBox())?.height ?? 0;
    await expect.poll(height).toBeGreaterThan(20);
    answer();
    await page.getByRole("link", { name: "Order #1007" }).waitFor();
    expect(await page.locator(".wk-loading").count()).toBe(0);
  });
});
