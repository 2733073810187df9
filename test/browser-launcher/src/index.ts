import { existsSync } from "node:fs";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { unpackChromium } from "./packed-chromium.ts";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Tests load pages of this machine only; what a desktop browser fetches on its own is switched off. */
const QUIET_ARGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** Which browser to launch: the one that the system has, or the one unpacked from npm. */
export type BrowserSource = "system-or-npm" | "npm";

/**
 * Launches a headless Chromium. It ends with `browser.close()`, or with this process.
 *
 * @example
 * const browser = await launchBrowser();
 * const page = await browser.newPage();
 */
export async function launchBrowser(source: BrowserSource = "system-or-npm"): Promise<Browser> {
  return chromium.launch({ ...(await program(source)), args: [...QUIET_ARGS, ...sandboxArgs()] });
}

async function program(source: BrowserSource): Promise<LaunchOptions> {
  const system = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system && source === "system-or-npm") return { executablePath: system };
  const { executablePath, env } = await unpackChromium();
  return { executablePath, env: { ...process.env, ...env } };
}

/** Chromium's sandbox refuses to work as root. */
function sandboxArgs(): string[] {
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}
