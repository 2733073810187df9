import { OWNER, openStore, prepareStore, startStore } from "@webxkey/demo-medusa";
import { checkoutWording, consentMetadata } from "@webxkey/demo-medusa/demo";
import { launchBrowser } from "@webxkey/test-browser";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { connect, DESKTOP, STEP_MS, shoot } from "./looking.ts";
import { lookAtArabicAdmin, lookAtMirroredPages } from "./right-to-left.ts";

const PHONE = { width: 360, height: 780 };
test("a merchant connects a number, turns a rule on, and reads on three pages what became of an order", async () => {
  await using simulator = await startGraphSimulator({
    statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 },
  });
  const databaseUrl = await createDatabase(inject("postgresUrl"));
  const environment = { databaseUrl, graphUrl: simulator.url };
  await prepareStore(environment);
  await using store = await startStore(environment);
  const browser = await launchBrowser();
  await using _closing = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await browser.newPage({ viewport: DESKTOP });
  page.setDefaultTimeout(STEP_MS);
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));

  await signIn(page, store.url);
  await page.goto(`${store.url}/app/settings/whatsapp`);
  await page.getByText("Connect your WhatsApp number first").waitFor();
  await shoot(page, "settings-new");
  await connect(page, { accessToken: "a-token-that-nobody-gave" });
  await page
    .getByText(/access token/i)
    .first()
    .waitFor();
  await shoot(page, "settings-refused");
  await connect(page, { accessToken: demoAccount.token.value });
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Check connection" }).click();
  await page.getByText(/Meta sends the webhooks here/).waitFor();
  await page.getByRole("switch", { name: /order placed/i }).click();
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText(/^On since/).waitFor();
  await shoot(page, "settings-connected");

  const { shop } = await openStore(store.url);
  await shop.placeOrder({
    phone: demoAccount.person.phone,
    metadata: consentMetadata(await checkoutWording(shop)),
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
    .getByText(/the opt-in came with another order/)
    .first()
    .waitFor();
  await shoot(page, "order-not-sent");

  const content = await page.content();
  expect(content).not.toContain(demoAccount.token.value);
  await page.goto(`${store.url}/app/whatsapp`);
  await page.getByRole("table").getByText("Read", { exact: true }).first().waitFor();
  await page.setViewportSize(PHONE);
  await shoot(page, "messages-narrow");
  await page.evaluate(() => window.localStorage.setItem("medusa_admin_theme", "dark"));
  await page.setViewportSize(DESKTOP);
  await page.goto(`${store.url}/app/settings/whatsapp`);
  await page.getByText("Connected", { exact: true }).waitFor();
  await shoot(page, "settings-dark");
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

async function signIn(page: Page, storeUrl: string): Promise<void> {
  await page.goto(`${storeUrl}/app/login`);
  await page.locator("input[name=email]").fill(OWNER.email);
  await page.locator("input[name=password]").fill(OWNER.password);
  await page
    .getByRole("button", { name: /continue/i })
    .first()
    .click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}
