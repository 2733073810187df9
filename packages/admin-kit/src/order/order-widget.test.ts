import { launchBrowser } from "@webxkey/test-browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyShop, busyShopForStranger, newShop } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const ORDER = { shop: busyShop, page: "order/order_7" } as const;

test("an order shows what was agreed to, in which wording, and how sure that is", async () => {
  await visit(ORDER, async ({ page }) => {
    await page.getByText("Not confirmed").waitFor();
    await page.getByText("Covers this order only").waitFor();
    const wording = page.getByText("I can stop them at any time by answering STOP.");
    expect(await wording.isVisible()).toBe(false);
    await page.getByText("The wording they saw").click();
    await wording.waitFor();
    await page.getByText("checkout 3").waitFor();
  });
});

test("an order's message leads to its own page", async () => {
  await visit(ORDER, async ({ page, shop }) => {
    await page.getByRole("link", { name: "Show the message: Order placed" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Order #1007" }).waitFor();
    expect(page.url()).toContain(shop.messages[0]?.message_id ?? "no message");
  });
});

test("without a consent an order says that nothing is sent", async () => {
  await visit({ shop: newShop, page: "order/order_7" }, async ({ page }) => {
    await page.getByText("No consent on record").waitFor();
    await page.getByText("No message yet.").waitFor();
  });
});

test("who may read neither consent nor messages sees no widget, and neither is asked for", async () => {
  const shop = () => {
    const { me, ...rest } = busyShop();
    return { ...rest, me: { ...me, role: "auditor" as const, rights: ["rule:read" as const] } };
  };
  await visit({ shop, page: "order/order_7" }, async ({ page, api }) => {
    await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/v1/me`).length > 0);
    expect(await page.locator(".wk-root :is(section, [role=alert])").count()).toBe(0);
    expect(api.asked).toEqual(["GET /access", "GET /v1/me"]);
  });
});

test("who has no role sees no widget, no error, and nothing about the order is asked for (D 8.2)", async () => {
  await visit({ shop: busyShopForStranger, page: "order/order_7" }, async ({ page, api }) => {
    await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/access`).length > 0);
    expect(await page.locator(".wk-root :is(section, [role=alert], .wk-loading)").count()).toBe(0);
    expect(api.asked).toEqual(["GET /access"]);
  });
});
