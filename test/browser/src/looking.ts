import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { demoAccount } from "@webxkey/testing";
import type { Page } from "playwright-core";

/** Kept after the run, to be looked at. */
const PICTURES = fileURLToPath(new URL("../.artifacts/screenshots/", import.meta.url));
mkdirSync(PICTURES, { recursive: true });

export const DESKTOP = { width: 1280, height: 900 };
/** How long one step may take on a busy machine. */
export const STEP_MS = 30_000;

export async function shoot(page: Page, name: string): Promise<void> {
  // What is fading in or out is shown as it will be.
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true, animations: "disabled" });
}

/** Chromium draws no more than this of a page. */
const PICTURE_PX_MAX = 8_000;

/** Both admins scroll within themselves, so the window is made as high as all of the page. */
export async function shootWhole(page: Page, name: string): Promise<void> {
  const { width, height } = page.viewportSize() ?? DESKTOP;
  const whole = await page.evaluate(() =>
    Math.max(...Array.from(document.querySelectorAll("*"), (element) => element.scrollHeight)),
  );
  await page.setViewportSize({ width, height: Math.max(height, Math.min(whole + 80, PICTURE_PX_MAX)) });
  await shoot(page, name);
  await page.setViewportSize({ width, height });
}

/** The controls of a page that lie under what `covers` finds. */
export async function controlsUnder(page: Page, covers: string): Promise<string[]> {
  return await page.locator(covers).evaluateAll((notices) => {
    const boxes = notices.map((notice) => notice.getBoundingClientRect()).filter(({ width }) => width > 0);
    const controls = document.querySelectorAll("a[href], button, input, select, summary, [role=switch]");
    return Array.from(controls)
      .filter((control) => !notices.some((notice) => notice.contains(control)))
      .filter((control) => {
        const { left, right, top, bottom } = control.getBoundingClientRect();
        return boxes.some(
          (box) => left < box.right && right > box.left && top < box.bottom && bottom > box.top,
        );
      })
      .map((control) => control.outerHTML.slice(0, 120));
  });
}

/** Fills in the settings page of either host with what the simulator knows, but for the token. */
export async function connect(page: Page, { accessToken }: { readonly accessToken: string }): Promise<void> {
  const { app, waba, number } = demoAccount;
  await page.getByLabel("WhatsApp Business Account id").fill(waba.id);
  await page.getByLabel("Phone number id").fill(number.id);
  await page.getByLabel("App id").fill(app.id);
  await page.getByLabel("App secret").fill(app.secret);
  await page.getByLabel("Access token").fill(accessToken);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
}

/** Turns the outermost elements that have a language of their own, as a translation into Arabic would: they are ours. */
export async function mirror(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const root of Array.from(document.querySelectorAll("div[lang=en][dir=ltr]")))
      root.setAttribute("dir", "rtl");
  });
}
