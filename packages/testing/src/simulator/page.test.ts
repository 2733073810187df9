/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CUSTOMER, orderConfirmation, type Stage, setStage } from "../test-support/stage.ts";
import { demoAccount } from "./demo-account.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

async function open(stage: Stage): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  await page.goto(`${stage.simulator.url}/#${CUSTOMER}`);
  return page;
}

describe("the phone view", () => {
  test("says that nothing leaves this machine, and asks nothing of another one", async () => {
    await using stage = await setStage();
    const page = await browser.newPage();
    const hosts = new Set<string>();
    page.on("request", (asked) => hosts.add(new URL(asked.url()).host));
    await page.goto(stage.simulator.url);
    await page.getByText("nothing leaves this machine").first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    expect([...hosts]).toEqual([new URL(stage.simulator.url).host]);
    await page.close();
  });

  test("shows a template as it arrives, its ticks as they change, and what is written back", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).change({ readsByThemselves: false });
    const page = await open(stage);
    await page.getByText("No messages yet").waitFor();
    await stage.send(orderConfirmation());
    const message = page.locator(".message", { hasText: "thank you for your order #1042 at Lucky Shrub" });
    await message.getByText("Order confirmed").waitFor();
    await message.getByText("delivered", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Mark as read" }).click();
    await message.getByText("read", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Stop updates" }).click();
    await page.locator(".from-person", { hasText: "Stop updates" }).waitFor();
    await page.getByRole("button", { name: "STOP", exact: true }).click();
    await page.getByLabel("Reply as this person").fill("Where is it?");
    await page.keyboard.press("Enter");
    await page.locator(".from-person", { hasText: "Where is it?" }).waitFor();
    const texts = (await stage.simulator.received()).map(
      ({ message: sent }) => sent.button?.text ?? sent.text?.body,
    );
    expect(texts).toEqual(["Stop updates", "STOP", "Where is it?"]);
    await page.close();
  });

  test("switches a fault on and off, and changes a template's status", async () => {
    await using stage = await setStage();
    const page = await open(stage);
    await page.getByRole("tab", { name: "Faults" }).click();
    const paused = page.getByRole("switch", { name: "template paused" });
    await paused.check();
    await page.getByRole("tab", { name: "Faults 1" }).waitFor();
    expect((await stage.send(orderConfirmation())).body.error.code).toBe(132015);
    await page.getByText("struck 1 times").waitFor();
    await paused.uncheck();
    await page.getByRole("tab", { name: "Faults", exact: true }).waitFor();
    expect((await stage.send(orderConfirmation())).status).toBe(200);
    await page.getByRole("tab", { name: "Templates" }).click();
    await page.getByLabel("en utility status of order_confirmation").selectOption("DISABLED");
    await stage.receiver.until((one) => one.changes().some(({ value }) => value["event"] === "DISABLED"), {
      withinMs: 10_000,
    });
    expect((await stage.send(orderConfirmation())).body.error.code).toBe(132016);
    await page.close();
  });

  test("writes Arabic from right to left and has a font for every language of the templates", async () => {
    await using stage = await setStage();
    const page = await open(stage);
    const languages = demoAccount.templates.filter(({ name }) => name === "order_confirmation");
    for (const { language } of languages)
      await stage.send(orderConfirmation({}, { language: { code: language } }));
    await page
      .locator(".message")
      .nth(languages.length - 1)
      .waitFor();
    // Each status draws the messages anew, and a node that is gone by then has no style.
    const directionOf = (hasText: string) =>
      page.locator(".bubble-body", { hasText }).evaluate((node) => getComputedStyle(node).direction);
    await expect.poll(() => directionOf("مرحبًا")).toBe("rtl");
    await expect.poll(() => directionOf("thank you")).toBe("ltr");
    const loaded = await page.evaluate(async () => {
      await document.fonts.ready;
      return [...document.fonts]
        .filter(({ status }) => status === "loaded")
        .map(({ family }) => family.replaceAll('"', ""));
    });
    // Noto Sans itself has the letters of Hindi.
    const families = ["Noto Sans", "Noto Sans Arabic", "Noto Sans Sinhala", "Noto Sans Tamil"];
    expect([...new Set(loaded)].sort()).toEqual(families);
    await page.close();
  });

  test("fits a narrow screen without scrolling sideways", async () => {
    await using stage = await setStage();
    const page = await open(stage);
    await page.setViewportSize({ width: 360, height: 740 });
    await stage.send(orderConfirmation());
    await page.locator(".message").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
  });
});

test("nothing outside the page's own files is served", async () => {
  await using stage = await setStage();
  for (const path of [
    "/page/../package.json",
    "/page/..%2fpackage.json",
    "/fonts/noto-sans/../package.json",
    "/fonts/other/400.css",
  ]) {
    const response = await request(`${stage.simulator.url}${path}`);
    expect([path, response.statusCode]).toEqual([path, 400]);
    await response.body.dump();
  }
});
