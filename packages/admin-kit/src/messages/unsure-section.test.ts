import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsureShop } from "../../preview/example-holds.ts";
import { busyShop, busyShopForViewer, message } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";
import { RESTING_REFETCH_MS } from "./use-live.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const LIST = { shop: unsureShop, page: "messages" } as const;
const WAITING_ID = message(8, "held").message_id;

const listed = (page: Page) => page.getByRole("table", { name: "Messages that may mean stop, oldest first" });
const reads = (asked: readonly string[]) =>
  asked.filter((operation) => operation === "GET /v1/unsure").length;

test("a message that may mean stop is listed with its words, a masked number, its time and what waits for the answer (D 1.4)", async () => {
  await visit(LIST, async ({ page }) => {
    await page.getByRole("heading", { name: "2 messages from customers may mean stop" }).waitFor();
    const row = listed(page).getByRole("row", { name: "STOP I never ordered anything" });
    await row.getByText("+1*******70", { exact: true }).waitFor();
    await row.getByText("Nov 23, 6:20 PM", { exact: true }).waitFor();
    await row.getByText("1 message", { exact: true }).waitFor();
    await listed(page).getByRole("row", { name: "cancel" }).getByText("Nothing", { exact: true }).waitFor();
  });
});

test.each([
  ["They want no messages", "Opt them out", "The customer is opted out.", "opt_out", "blocked"],
  [
    "They meant something else",
    "Go on writing",
    "What waited for them is checked once more",
    "carry_on",
    "queued",
  ],
] as const)(
  "%s: asked for twice, and then said to be done (D 1.4)",
  async (way, confirm, done, answer, state) => {
    await visit(LIST, async ({ page, api, shop }) => {
      const posts = () => api.asked.filter((operation) => operation.startsWith("POST"));
      const row = listed(page).getByRole("row", { name: "STOP I never ordered anything" });
      await row.getByRole("button", { name: way }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel", exact: true }).click();
      expect(posts()).toEqual([]);
      const sent = page.waitForRequest((request) => request.method() === "POST");
      await row.getByRole("button", { name: way }).click();
      await page.getByRole("button", { name: confirm }).click();
      expect((await sent).postDataJSON()).toEqual({ answer });
      await page.getByText(done).waitFor();
      // At once, not when the page next asks how many there are.
      await page
        .getByRole("heading", { name: "1 message from a customer may mean stop" })
        .waitFor({ timeout: RESTING_REFETCH_MS / 2 });
      await row.waitFor({ state: "detached" });
      expect(posts()).toEqual(["POST /v1/unsure/0193b5a0-0000-7000-8000-00000000b001/answer"]);
      expect(shop.messages.find(({ message_id }) => message_id === WAITING_ID)?.state).toBe(state);
    });
  },
);

test("an answer that somebody gave before is told, and nothing is said to be done (D 1.4)", async () => {
  const shop = () => ({ ...unsureShop(), unsure: unsureShop().unsure.slice(0, 1) });
  await visit({ shop, page: "messages" }, async ({ page, api, shop: served }) => {
    const detail = "Somebody has answered this message already.";
    api.failNext("POST /v1/unsure/", { status: 409, code: "conflict", title: "Too late", detail });
    await page.getByRole("button", { name: "They want no messages" }).click();
    served.unsure = [];
    await page.getByRole("button", { name: "Opt them out" }).click();
    await page.getByRole("alert").getByText(detail).waitFor();
    await listed(page).waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "No message that may mean stop is left" }).waitFor();
    expect(await page.getByText("The customer is opted out.").count()).toBe(0);
  });
});

test.each([1280, 380])("a long message of a customer is shown whole, %i px wide (D 8.9)", async (width) => {
  const text = `${"Please do not write to me again about this order. ".repeat(6)}${"o".repeat(200)}`;
  const shop = () => ({ ...unsureShop(), unsure: unsureShop().unsure.map((one) => ({ ...one, text })) });
  await visit(
    { shop, page: "messages" },
    async ({ page }) => {
      await listed(page).waitFor();
      const hidden = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(hidden)).toBe(0);
    },
    { viewport: { width, height: 800 } },
  );
});

test("who may read these messages and not answer them sees no button (D 1.4)", async () => {
  const shop = () => {
    const { me, ...rest } = unsureShop();
    return { ...rest, me: { ...me, rights: me.rights.filter((right) => right !== "unsure:answer") } };
  };
  await visit({ shop, page: "messages" }, async ({ page }) => {
    await listed(page).getByText("STOP I never ordered anything").waitFor();
    expect(await listed(page).getByRole("button").count()).toBe(0);
    await page.getByText("Owners cannot say what these mean.").waitFor();
  });
});

test("who may not read these messages neither sees nor asks for them, and is led nowhere (D 1.4)", async () => {
  const shop = () => ({ ...unsureShop(), me: busyShopForViewer().me });
  await visit({ shop, page: `message/${WAITING_ID}` }, async ({ page, api }) => {
    await page.getByText("Waiting until somebody says what the customer meant").waitFor();
    expect(await page.getByText("Read what they wrote", { exact: true }).count()).toBe(0);
    await page.getByText("Back to all messages").click();
    await page.getByRole("row", { name: "Order #1008" }).waitFor();
    expect(await listed(page).count()).toBe(0);
    expect(api.asked.filter((operation) => operation.includes("unsure"))).toEqual([]);
  });
});

test("a message that waits for the answer leads to the list, which takes the focus (D 1.4)", async () => {
  await visit(LIST, async ({ page }) => {
    await listed(page).waitFor();
    await page.getByRole("link", { name: "Order #1008" }).click();
    await page.getByText("Waiting until somebody says what the customer meant").waitFor();
    await page.getByText("Read what they wrote", { exact: true }).click();
    await page
      .locator(":focus")
      .getByRole("heading", { name: /may mean stop/ })
      .waitFor();
  });
});

test("a page asks again how many there are, and reads the words only when that has changed, as each reading is audited (D 1.4)", async () => {
  await visit(
    LIST,
    async ({ page, api, shop }) => {
      const counted = () => api.asked.filter((operation) => operation === "GET /v1/unsure/count").length;
      await listed(page).waitFor();
      const before = counted();
      await page.clock.runFor(2 * RESTING_REFETCH_MS);
      await expect.poll(counted).toBeGreaterThan(before);
      expect(reads(api.asked)).toBe(1);
      shop.unsure = shop.unsure.slice(1);
      await page.clock.runFor(RESTING_REFETCH_MS);
      await page.getByRole("heading", { name: "1 message from a customer may mean stop" }).waitFor();
      await listed(page).getByText("STOP I never ordered anything").waitFor({ state: "detached" });
      expect(reads(api.asked)).toBe(2);
    },
    { clock: true },
  );
});

test("where nobody wrote what may mean stop, nothing is said of it (D 1.4)", async () => {
  await visit({ shop: busyShop, page: "messages" }, async ({ page, api }) => {
    await page.getByRole("table", { name: "Messages, newest first" }).waitFor();
    await expect.poll(() => api.asked).toContain("GET /v1/unsure/count");
    expect([await listed(page).count(), reads(api.asked)]).toEqual([0, 0]);
  });
});
