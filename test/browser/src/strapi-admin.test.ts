import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Admin, OWNER, openStore, startStore } from "@webxkey/demo-strapi";
import { launchBrowser } from "@webxkey/test-browser";
import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  connect,
  controlsUnder,
  DESKTOP,
  mirror,
  STEP_MS,
  shoot,
  shootWhole as shootAll,
} from "./looking.ts";

const PHONE = { width: 380, height: 844 };
const EDITOR = { email: "editor@lucky-shrub.example", password: "Lucky-editor-on-loopback-1" };
/** The admin is five megabytes of program, which a busy browser reads for a while when it is first opened. */
const FIRST_PAGE_MS = 120_000;
/** Where Strapi keeps the theme that somebody chose. */
const THEME_KEY = "STRAPI_THEME";

const SETTINGS = "/admin/settings/webxkey/settings";
const MAPPING = "/admin/settings/webxkey/mapping";
const MESSAGES = "/admin/plugins/webxkey";
const entryPath = (documentId: string) =>
  `/admin/content-manager/collection-types/api::order.order/${documentId}`;

test("a merchant says what an order is, connects a number, and reads beside an entry what became of it", async () => {
  await using simulator = await startGraphSimulator({
    statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 },
  });
  const directory = await mkdtemp(join(tmpdir(), "webxkey-strapi-browser-"));
  await using _files = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  await using store = await startStore({ directory, graphUrl: simulator.url, adminPanel: true });
  const { admin, shop } = await openStore(store.url);
  const browser = await launchBrowser();
  await using _closing = { [Symbol.asyncDispose]: () => browser.close() };
  const { page, broken } = await signedIn(browser, store.url, OWNER);
  const open = (path: string) => openIn(page, `${store.url}${path}`);
  const { phone, name } = demoAccount.person;
  const before = await shop.placeOrder({ phone, customer: name, whatsapp: true });

  await open(MAPPING);
  await page.getByText("No orders are recognised yet").waitFor();
  await shootWhole(page, "mapping-new");
  await fillMapping(page);
  await page.getByRole("button", { name: "Try it on real entries" }).click();
  const tried = page.getByRole("row").filter({ hasText: before.code });
  await tried.getByText(/^\+•+\d\d$/).waitFor();
  expect(await tried.count()).toBe(1);
  expect(await page.content()).not.toContain(phone);
  await shootWhole(page, "mapping-tried");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The mapping is saved.").first().waitFor();
  await shootWhole(page, "mapping-saved");

  await open(SETTINGS);
  await page.getByText("Connect your WhatsApp number first").waitFor();
  await shootWhole(page, "settings-new");
  await connect(page, { accessToken: "a-token-that-nobody-gave" });
  await page
    .getByRole("alert")
    .getByText(/access token/i)
    .first()
    .waitFor();
  await connect(page, { accessToken: demoAccount.token.value });
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByRole("switch", { name: /order placed/i }).click();
  const question = page.getByRole("alertdialog");
  await shoot(page, "strapi-question");
  await question.getByRole("button", { name: "Turn on" }).click();
  await page.getByText(/^On since/).waitFor();
  expect(await controlsUnder(page, "[role=status]:has(button[aria-label=Close]) > div > *")).toEqual([]);
  await shootWhole(page, "settings-connected");

  const told = await shop.placeOrder({ phone, customer: name, whatsapp: true });
  const silent = await shop.placeOrder({ phone, customer: name });
  await simulator.until(
    ({ accepted }) => accepted.some(({ statuses }) => statuses.some(({ status }) => status === "read")),
    { withinMs: STEP_MS, what: "a read message" },
  );

  await page.getByRole("link", { name: "WhatsApp", exact: true }).first().click();
  await page.waitForURL(`${store.url}${MESSAGES}`, { waitUntil: "commit" });
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await page.getByRole("table").getByText("Not sent", { exact: true }).first().waitFor();
  expect(await page.getByText(before.code).count()).toBe(0);
  await shootWhole(page, "messages");
  await expectRenewal(page);
  await page.getByRole("row").filter({ hasText: "Read" }).getByRole("link").first().click();
  await page.getByText("It was read.").waitFor();
  await page.getByText(/allowed by the opt-in/).waitFor();
  await shootWhole(page, "timeline");

  await open(entryPath(told.documentId));
  const panel = page.getByRole("region", { name: "WhatsApp" });
  await panel.getByText("Read", { exact: true }).waitFor();
  await panel.getByText("Opted in", { exact: true }).waitFor();
  await panel.locator("summary", { hasText: "What happened" }).click();
  await panel.getByText("It was read.").waitFor();
  await shootWhole(page, "entry");
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await panel.getByRole("link", { name: "Show the message: Order placed" }).click();
  await page.getByRole("heading", { level: 1, name: /Order placed/ }).waitFor();
  await page.getByRole("link", { name: `Order ${told.code}` }).click();
  await panel.getByText("Opted in", { exact: true }).waitFor();
  expect(await page.evaluate(() => "isSamePage" in window)).toBe(true);
  await open(entryPath(silent.documentId));
  await panel.getByText("Not sent", { exact: true }).waitFor();
  await shootWhole(page, "entry-not-sent");
  expect(await page.content()).not.toContain(demoAccount.token.value);

  const tour = (suffix: string, turn?: () => Promise<void>) =>
    lookAround(page, { storeUrl: store.url, documentId: told.documentId, suffix, turn });
  await tour("mirrored", () => mirror(page));
  await page.evaluate((key) => window.localStorage.setItem(key, "dark"), THEME_KEY);
  await tour("dark");
  await page.evaluate((key) => window.localStorage.setItem(key, "light"), THEME_KEY);
  await page.setViewportSize(PHONE);
  await tour("narrow");
  expect(broken).toEqual([]);

  await expectShutOut(browser, store.url, admin, told.documentId);
});

interface Tour {
  readonly storeUrl: string;
  readonly documentId: string;
  /** Of the names of the pictures. */
  readonly suffix: string;
  /** What is done to each page before it is looked at. */
  readonly turn?: (() => Promise<void>) | undefined;
}

/** Every page of the plugin, and an entry with its panel. */
async function lookAround(page: Page, { storeUrl, documentId, suffix, turn }: Tour): Promise<void> {
  const pages = [
    { name: "settings", path: SETTINGS, shows: "Connected" },
    { name: "mapping", path: MAPPING, shows: "What holds your orders" },
    { name: "messages", path: MESSAGES, shows: "Read" },
    { name: "entry", path: entryPath(documentId), shows: "Opted in" },
  ];
  for (const { name, path, shows } of pages) {
    await openIn(page, `${storeUrl}${path}`);
    // On a phone Strapi keeps what stands beside an entry behind this.
    const more = page.getByRole("button", { name: "Open more actions" });
    if (name === "entry" && page.viewportSize()?.width === PHONE.width) await more.click();
    const ours = page.locator("div[lang=en][dir=ltr]").getByText(shows, { exact: true });
    await ours.and(page.locator(":visible")).first().scrollIntoViewIfNeeded();
    await turn?.();
    await shootWhole(page, `${name}-${suffix}`);
  }
}

/** A token that ran out while a page was open is renewed by Strapi's own client, and what was asked with it is asked again. */
async function expectRenewal(page: Page): Promise<void> {
  const refusal = { status: 401, json: { data: null, error: { status: 401, message: "Expired" } } };
  const tokens: (string | undefined)[] = [];
  const isRead = (url: URL) =>
    url.pathname === "/webxkey/v1/messages" && url.searchParams.has("state", "read");
  await page.route(isRead, async (route) => {
    tokens.push(route.request().headers()["authorization"]);
    await (tokens.length === 1 ? route.fulfill(refusal) : route.continue());
  });
  await page.route("**/admin/users/me", (route) => route.fulfill(refusal), { times: 1 });
  const renewed = page.waitForResponse("**/admin/access-token");
  await page.getByLabel("State", { exact: true }).selectOption("read");
  expect((await renewed).ok()).toBe(true);
  await page.getByRole("table").getByText("Not sent", { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("table").getByText("Read", { exact: true }).waitFor();
  expect(tokens).toHaveLength(2);
  expect(tokens[1]).not.toBe(tokens[0]);
  await page.unroute(isRead);
}

/** What the demo's content type needs, by the labels that a merchant sees. */
async function fillMapping(page: Page): Promise<void> {
  await page.getByLabel("What holds your orders").selectOption({ label: "Order" });
  const choose = (label: string, option: string) =>
    page.getByLabel(label, { exact: true }).first().selectOption(option);
  await choose("State", "state");
  await choose("When the order is created or, with drafts, published", "order.placed");
  await choose("When the state becomes shipped", "order.shipped");
  await choose("Phone number", "phone");
  await choose("Name", "customer");
  await choose("Order number", "code");
  await choose("Total", "total");
  await choose("Currency", "currency");
  await choose("Consent field", "whatsapp");
  const words = page.getByLabel("Words beside the box");
  const chosen = words.locator("option", { hasText: "Send me updates about this order" });
  await words.selectOption((await chosen.first().getAttribute("value")) ?? "");
}

/** Somebody to whom no role of Strapi gives a permission of the plugin: no page, no panel, and 403 of every route. */
async function expectShutOut(browser: Browser, url: string, admin: Admin, documentId: string): Promise<void> {
  const { data: roles } = await admin.api.get<{ data: { id: number; code: string }[] }>("/admin/roles");
  const editor = roles.find(({ code }) => code === "strapi-editor");
  const person = { firstname: "Lucky", lastname: "Editor" };
  const { data: invited } = await admin.api.post<{ data: { registrationToken: string } }>("/admin/users", {
    ...person,
    email: EDITOR.email,
    roles: [editor?.id],
  });
  const { data: session } = await admin.api.post<{ data: { token: string } }>("/admin/register", {
    registrationToken: invited.registrationToken,
    userInfo: { ...person, password: EDITOR.password },
  });
  for (const path of [
    "v1/messages",
    "v1/senders",
    `v1/entities/order/${documentId}/timeline`,
    "mapping",
    "intake",
  ]) {
    const answer = await fetch(`${url}/webxkey/${path}`, {
      headers: { authorization: `Bearer ${session.token}` },
    });
    expect([path, answer.status]).toEqual([path, 403]);
  }

  const { page, broken } = await signedIn(browser, url, EDITOR);
  expect(await page.getByRole("link", { name: "WhatsApp", exact: true }).count()).toBe(0);
  for (const path of [MESSAGES, SETTINGS, MAPPING]) {
    await openIn(page, `${url}${path}`);
    await page.getByText(/have the permissions to access/).waitFor();
  }
  await shootWhole(page, "shut-out");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await openIn(page, `${url}${entryPath(documentId)}`);
  await page.getByText("Entry", { exact: true }).first().waitFor();
  expect(asked.filter((path) => path.startsWith("/webxkey/"))).toEqual([]);
  expect(await page.getByRole("region", { name: "WhatsApp" }).count()).toBe(0);
  await shootWhole(page, "entry-shut-out");
  expect(broken).toEqual([]);
}

/** The page answers sooner than all that it loads is there; what a test then waits for is what it looks at. */
async function openIn(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: "commit" });
}

const shootWhole = (page: Page, name: string) => shootAll(page, `strapi-${name}`);

/** A browser of its own, in which somebody has signed in to Strapi's admin; with the errors of its pages. */
async function signedIn(
  browser: Browser,
  url: string,
  { email, password }: typeof OWNER,
): Promise<{ page: Page; broken: string[] }> {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));
  await openIn(page, `${url}/admin/auth/login`);
  await page.locator("input[name=email]").fill(email, { timeout: FIRST_PAGE_MS });
  await page.locator("input[name=password]").fill(password);
  await page.getByRole("button", { name: "Login" }).click();
  await page.getByText(/^Hello /).waitFor();
  // News of Strapi's, over every page until somebody has seen it.
  await page.getByRole("button", { name: /close/i }).first().click();
  return { page, broken };
}
