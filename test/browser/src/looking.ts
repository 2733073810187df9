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
