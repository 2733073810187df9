import { OWNER, openStore, prepareStore, type Store, startStore } from "@webxkey/demo-medusa";
import { checkoutWording, tickOf } from "@webxkey/demo-medusa/demo";
import { launchBrowser } from "@webxkey/test-browser";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connect, controlsUnder, DESKTOP, STEP_MS, shoot, shootWhole } from "./looking.ts";
import { lookAtArabicAdmin, lookAtMirroredPages } from "./right-to-left.ts";

const PHONE = { width: 380, height: 780 };
/** Troubles are looked for once a minute, and a page asks for alerts every 30 s. */
const ALERT_MS = 90_000 + STEP_MS;
let simulator: GraphSimulator;
let store: Store;
let browser: Browser;

beforeAll(async () => {
  simulator = await startGraphSimulator({ statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 } });
  const databaseUrl = await createDatabase(inject("postgresUrl"));
  const environment = { databaseUrl, graphUrl: simulator.url };
  await prepareStore(environment);
  store = await startStore(environment);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await store?.stop();
  await simulator?.close();
});

/** A page of somebody who has just opened a browser, and what broke or was refused on it. */
async function openPage() {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/admin/webxkey")) asked.push(pathname);
  });
  return { page, broken, asked };
}

test("a merchant connects a number, turns a rule on, and reads on three pages what became of an order", async () => {
  const { page, broken } = await openPage();
  await signIn(page, store.url);
  await page.goto(`${store.url}/app/settings/whatsapp`);
  await page.getByText("Connect your WhatsApp number first").waitFor();
  // What is invalid Medusa paints red (D 8.9).
  expect(await page.locator("form").locator(":invalid, [aria-invalid=true]").count()).toBe(0);
  await shootWhole(page, "settings-new");
  await connect(page, { accessToken: "a-token-that-nobody-gave" });
  await page
    .getByRole("alert")
    .getByText(/access token/i)
    .first()
    .waitFor();
  await shootWhole(page, "settings-refused");
  await connect(page, { accessToken: demoAccount.token.value });
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Check connection" }).click();
  await page.getByText(/Meta sends the webhooks here/).waitFor();
  await page.getByRole("switch", { name: /order placed/i }).click();
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText(/^On since/).waitFor();
  expect(await controlsUnder(page, ".webxkey-notices > div > *")).toEqual([]);
  await shoot(page, "settings-notice");
  await shootWhole(page, "settings-connected");

  const { shop } = await openStore(store.url);
  await shop.placeOrder({
    phone: demoAccount.person.phone,
    consent: tickOf(await checkoutWording(shop)),
  });
  await simulator.until(
    ({ accepted }) => accepted.some(({ statuses }) => statuses.some(({ status }) => status === "read")),
    {
      withinMs: STEP_MS,
      what: "a read message",
    },
  );
  const silent = await shop.placeOrder({ phone: demoAccount.person.phone });

  await page.goto(`${store.url}/app/whatsapp`);
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await page.getByRole("table").getByText("Not sent", { exact: true }).first().waitFor();
  await shoot(page, "messages");
  await page.getByRole("row").filter({ hasText: "Read" }).getByRole("link").first().click();
  await page.getByText("It was read.").waitFor();
  await page.getByText(/allowed by the opt-in/).waitFor();
  await shoot(page, "timeline");

  await page.goto(`${store.url}/app/orders/${silent.id}`);
  await page
    .getByText(/the opt-in was given with another order/)
    .first()
    .waitFor();
  await shootWhole(page, "order-not-sent");
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await page.getByRole("link", { name: "Show the message: Order placed" }).first().click();
  await page.getByRole("heading", { level: 1, name: /Order placed/ }).waitFor();
  await page.getByRole("link", { name: /^Order \d+$/ }).click();
  await page.getByRole("heading", { name: "WhatsApp", exact: true }).waitFor();
  expect(await page.evaluate(() => "isSamePage" in window)).toBe(true);

  const content = await page.content();
  expect(content).not.toContain(demoAccount.token.value);
  await page.goto(`${store.url}/app/whatsapp`);
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await page.setViewportSize(PHONE);
  await shootWhole(page, "messages-narrow");
  await page.goto(`${store.url}/app/settings/whatsapp`);
  await page.getByText("Connected", { exact: true }).waitFor();
  await shootWhole(page, "settings-narrow");
  await page.evaluate(() => window.localStorage.setItem("medusa_admin_theme", "dark"));
  await page.setViewportSize(DESKTOP);
  await page.goto(`${store.url}/app/settings/whatsapp`);
  await page.getByText("Connected", { exact: true }).waitFor();
  await shootWhole(page, "settings-dark");
  await page.goto(`${store.url}/app/whatsapp`);
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await shootWhole(page, "messages-dark");
  await page.evaluate(() => window.localStorage.setItem("medusa_admin_theme", "light"));
  const tour = { page, storeUrl: store.url, orderId: silent.id, shoot };
  await lookAtArabicAdmin(tour);
  await lookAtMirroredPages(tour);

  await page.goto(simulator.url);
  await page
    .getByText(/nothing leaves this machine/)
    .first()
    .waitFor();
  await page
    .getByText("Order confirmed")
    .or(page.getByText(/your order/))
    .first()
    .waitFor();
  await shoot(page, "phone-view");
  expect(broken).toEqual([]);
});

const PACKER = {
  email: "packer@lucky-shrub.example",
  password: "tape-and-boxes-1",
  firstName: "Shop",
  lastName: "Packer",
};
const BOOKKEEPER = {
  email: "books@lucky-shrub.example",
  password: "books-and-sums-1",
  firstName: "Shop",
  lastName: "Books",
};

test("a second person works with the role that the owner gave them; a third without one sees nothing of it (D 8.2)", async () => {
  const { admin, shop } = await openStore(store.url);
  await admin.addUser(PACKER);
  await admin.addUser(BOOKKEEPER);
  const order = await shop.placeOrder({ phone: demoAccount.person.phone });

  const owner = await openPage();
  await signIn(owner.page, store.url);
  await owner.page.goto(`${store.url}/app/settings/whatsapp`);
  const people = owner.page.getByRole("region", { name: "People and roles" });
  await people
    .getByRole("combobox", { name: "Give a role to" })
    .selectOption({ label: `Shop Packer (${PACKER.email})` });
  await people.getByRole("combobox", { name: "Role", exact: true }).selectOption({ label: "Viewer" });
  await people.getByRole("button", { name: "Give role" }).click();
  await people.getByText(PACKER.email, { exact: true }).waitFor();
  await shootWhole(owner.page, "team");

  const packer = await openPage();
  await signIn(packer.page, store.url, PACKER);
  await packer.page.goto(`${store.url}/app/orders/${order.id}`);
  await packer.page.getByRole("heading", { name: "WhatsApp", exact: true }).waitFor();
  await packer.page.goto(`${store.url}/app/whatsapp`);
  await packer.page.getByRole("heading", { name: "WhatsApp messages" }).waitFor();
  await shoot(packer.page, "second-person-messages");

  const third = await openPage();
  await signIn(third.page, store.url, BOOKKEEPER);
  await third.page.goto(`${store.url}/app/orders/${order.id}`);
  await third.page.getByText("Payments", { exact: true }).first().waitFor();
  await expect.poll(() => third.asked).toEqual(["/admin/webxkey/access"]);
  await third.page.waitForLoadState("networkidle");
  expect(await third.page.getByText("WhatsApp").count()).toBe(1);
  await shoot(third.page, "third-person-order");
  for (const path of ["whatsapp", "settings/whatsapp"]) {
    await third.page.goto(`${store.url}/app/${path}`);
    await third.page
      .getByText(/Lucky|owner@lucky-shrub\.example.* can give you a role/)
      .first()
      .waitFor();
    await third.page.waitForLoadState("networkidle");
    expect(await third.page.getByRole("alert").count()).toBe(0);
    await shoot(third.page, `third-person-${path.replace("/", "-")}`);
  }
  expect(new Set(third.asked)).toEqual(new Set(["/admin/webxkey/access"]));
  expect([owner.broken, packer.broken, third.broken]).toEqual([[], [], []]);
});

test("messages that a guard holds are released at once, and one of them leads to the others (D 8.6)", async () => {
  const { admin, shop } = await openStore(store.url);
  await admin.api.patch("/admin/webxkey/v1/settings", { burst_per_hour: 1 });
  const consent = tickOf(await checkoutWording(shop));
  for (let n = 0; n < 3; n += 1) await shop.placeOrder({ phone: demoAccount.person.phone, consent });

  const { page, broken } = await openPage();
  await signIn(page, store.url);
  await page.goto(`${store.url}/app/whatsapp`);
  const needsYou = page.getByRole("region", { name: /^Needs you: \d messages/ });
  await needsYou.waitFor();
  await page.evaluate(() => window.localStorage.setItem("medusa_admin_theme", "dark"));
  await page.setViewportSize(PHONE);
  await page.reload();
  await needsYou.waitFor();
  await shootWhole(page, "messages-held-dark-narrow");
  await page.evaluate(() => window.localStorage.setItem("medusa_admin_theme", "light"));
  await page.setViewportSize(DESKTOP);
  await page.reload();
  await page.getByRole("row").filter({ hasText: "Needs you" }).getByRole("link").first().click();
  await page.getByText("Release or cancel this message").waitFor();
  await shootWhole(page, "message-held");
  await page.getByRole("button", { name: "Show all that need you" }).click();
  await needsYou.waitFor();
  await page.getByText("Needs attention").first().waitFor({ timeout: ALERT_MS });
  await shootWhole(page, "messages-held");
  await needsYou.getByRole("button", { name: /^Release all \d/ }).click();
  await page.getByRole("button", { name: "Release them" }).click();
  await needsYou.waitFor({ state: "detached" });
  await page.getByRole("combobox", { name: "State" }).selectOption("Read");
  await expect
    .poll(() => page.getByRole("row").filter({ hasText: "Read" }).count(), { timeout: STEP_MS })
    .toBeGreaterThan(2);
  expect(broken).toEqual([]);
});

async function signIn(page: Page, storeUrl: string, { email, password } = OWNER): Promise<void> {
  await page.goto(`${storeUrl}/app/login`);
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page
    .getByRole("button", { name: /continue/i })
    .first()
    .click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}
