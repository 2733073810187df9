import { launchBrowser } from "@webxkey/test-browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyShop, busyShopForViewer, newShop } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

test("what is wrong stands above the messages until somebody takes care of it", async () => {
  await visit({ shop: busyShop, page: "messages" }, async ({ page, api }) => {
    await page.getByText("Meta refuses the access token of").waitFor();
    await page.getByRole("button", { name: "I take care of it" }).click();
    await page.getByText("Meta refuses the access token of").waitFor({ state: "detached" });
    expect(api.asked.some((asked) => /POST .*\/v1\/alerts\/[\w-]+\/acknowledge/.test(asked))).toBe(true);
  });
});

test("a viewer reads what is wrong, and why the button does nothing", async () => {
  await visit({ shop: busyShopForViewer, page: "messages" }, async ({ page }) => {
    await page.getByText("Meta refuses the access token of").waitFor();
    const button = page.getByRole("button", { name: "I take care of it" });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
  });
});

test("nothing is drawn while all is well", async () => {
  await visit({ shop: newShop, page: "messages" }, async ({ page }) => {
    await page.getByText("No messages yet").waitFor();
    expect(await page.getByText("Needs attention").count()).toBe(0);
  });
});
