import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { mirror } from "./looking.ts";

/** Medusa keeps the language of its admin here. */
const LANGUAGE_COOKIE = "lng";

const require = createRequire(import.meta.url);

/** The browser from npm has no Arabic letters: they join the family in which Medusa writes, in each of its weights. */
const ARABIC_LETTERS = [
  arabicLetters(
    400,
    require.resolve("@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"),
  ),
  arabicLetters(
    500,
    require.resolve("@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-500-normal.woff2"),
  ),
].join("\n");

function arabicLetters(weight: number, file: string): string {
  return `@font-face {
    font-family: Inter; font-weight: ${weight}; unicode-range: U+0600-06FF, U+FB50-FDFF, U+FE70-FEFC;
    src: url(data:font/woff2;base64,${readFileSync(file, "base64")});
  }`;
}

interface Tour {
  readonly page: Page;
  readonly storeUrl: string;
  /** An order of which something is told. */
  readonly orderId: string;
  readonly shoot: (page: Page, name: string) => Promise<void>;
}

/** Ours are in English, which keeps its direction in an admin that is Arabic. */
export async function lookAtArabicAdmin({ page, storeUrl, orderId, shoot }: Tour): Promise<void> {
  await page.context().addCookies([{ name: LANGUAGE_COOKIE, value: "ar", url: storeUrl }]);
  await open(page, `${storeUrl}/app/settings/whatsapp`);
  expect(await directionOf(page.locator("html"))).toBe("rtl");
  const offSwitch = page.getByRole("switch", { name: /order shipped/i });
  await offSwitch.scrollIntoViewIfNeeded();
  expect(await directionOf(offSwitch.locator("xpath=ancestor::table"))).toBe("ltr");
  await shoot(page, "settings-arabic");
  await offSwitch.click();
  const question = page.getByRole("alertdialog");
  expect([await question.getAttribute("lang"), await directionOf(question)]).toEqual(["en", "ltr"]);
  await shoot(page, "question-arabic");
  await question.getByRole("button").first().click();
  await question.waitFor({ state: "detached" });

  await open(page, `${storeUrl}/app/whatsapp`);
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await shoot(page, "messages-arabic");
  await page.getByRole("row").filter({ hasText: "Read" }).getByRole("link").first().click();
  await page.getByText("It was read.").waitFor();
  await shoot(page, "timeline-arabic");

  await open(page, `${storeUrl}/app/orders/${orderId}`);
  await openTimeline(page);
  await shoot(page, "order-arabic");
}

/** What a translation into Arabic would bring: our pages themselves from right to left. */
export async function lookAtMirroredPages({ page, storeUrl, orderId, shoot }: Tour): Promise<void> {
  await open(page, `${storeUrl}/app/settings/whatsapp`);
  const onSwitch = page.getByRole("switch", { name: /order placed/i });
  await onSwitch.waitFor();
  await mirror(page);
  await onSwitch.scrollIntoViewIfNeeded();
  for (const one of [onSwitch, page.getByRole("switch", { name: /order shipped/i })])
    expect(await isInside(one.locator("span"), one)).toBe(true);
  await shoot(page, "settings-mirrored");

  await open(page, `${storeUrl}/app/whatsapp`);
  const cells = page.getByRole("row").filter({ hasText: "Read" }).first().getByRole("cell");
  await cells.first().waitFor();
  await mirror(page);
  const number = cells.filter({ has: page.getByText(/^\+1\*+34$/) }).locator("code");
  expect(await directionOf(number)).toBe("ltr");
  // Medusa's 24 pixels between a column and the next, on the side where the next one is.
  expect(await cells.first().evaluate((cell) => getComputedStyle(cell).padding)).toBe("10px 0px 10px 24px");
  await shoot(page, "messages-mirrored");

  await open(page, `${storeUrl}/app/orders/${orderId}`);
  await openTimeline(page);
  await mirror(page);
  await shoot(page, "order-mirrored");
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.addStyleTag({ content: ARABIC_LETTERS });
}

async function openTimeline(page: Page): Promise<void> {
  const timeline = page.locator("details", { hasText: "Order placed in the shop." }).first();
  await timeline.locator("summary").first().click();
  await page.getByText("Order placed in the shop.").scrollIntoViewIfNeeded();
}

function directionOf(element: Locator): Promise<string> {
  return element.evaluate((found) => getComputedStyle(found).direction);
}

async function isInside(inner: Locator, outer: Locator): Promise<boolean> {
  const [within, around] = [await inner.boundingBox(), await outer.boundingBox()];
  if (!within || !around) throw new Error("It is not to be seen.");
  return within.x >= around.x && within.x + within.width <= around.x + around.width;
}
