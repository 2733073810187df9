import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  busyShop,
  busyShopForStranger,
  busyShopForViewer,
  entry,
  message,
  newShop,
} from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";
import { MOVING_REFETCH_MS, RESTING_REFETCH_MS } from "./use-live.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const LIST = { shop: busyShop, page: "messages" } as const;

const tableOf = (page: Page) => page.getByRole("table", { name: "Messages, newest first" });
const rowOf = (page: Page, label: string) => tableOf(page).getByRole("row", { name: label });

test("nothing of the shop stays on an open page once the viewer's role was taken away (D 8.2)", async () => {
  await visit(
    { shop: busyShop, page: "messages" },
    async ({ page, api, shop }) => {
      await page.getByRole("link", { name: "Order #1007" }).waitFor();
      shop.access = busyShopForStranger().access;
      const detail = "You have no role here yet. Ask the owner to give you one.";
      api.failNext("GET /v1/messages", { status: 403, code: "forbidden", title: "Not allowed", detail });
      await page.clock.runFor(RESTING_REFETCH_MS);
      await page.getByText("can give you a role under Settings, WhatsApp.").waitFor();
      expect(await page.getByRole("link", { name: "Order #1007" }).count()).toBe(0);
      expect(await page.getByRole("alert").count()).toBe(0);
    },
    { clock: true },
  );
});

test("without a message the page says how to get the first one", async () => {
  await visit({ shop: newShop, page: "messages" }, async ({ page }) => {
    await page.getByText("No messages yet").waitFor();
    await page.getByText("Turn on an automation in the settings").waitFor();
  });
});

test("a row tells what was not sent and why, and never a whole number", async () => {
  await visit(LIST, async ({ page }) => {
    await rowOf(page, "Order #1005").getByText("Not sent: no opt-in for order updates.").waitFor();
    await rowOf(page, "Order #1005").getByText("No recipient").waitFor();
    await rowOf(page, "Order #1004").getByText("+1*******34").waitFor();
  });
});

test("the filter asks the server for one state, and offers the way back where there is none", async () => {
  await visit(LIST, async ({ page, api }) => {
    await page.getByRole("combobox", { name: "State" }).selectOption("Failed");
    await rowOf(page, "Order #1003").waitFor();
    expect(await tableOf(page).getByRole("row").count()).toBe(2);
    expect(api.asked.at(-1)).toContain("state=failed");
    await page.getByRole("combobox", { name: "State" }).selectOption("Too old to send");
    await page.getByRole("button", { name: "Show all states" }).click();
    await rowOf(page, "Order #1007").waitFor();
  });
});

test("older messages are added below, page by page, until there are no more", async () => {
  const shop = () => ({
    ...busyShop(),
    messages: Array.from({ length: 60 }, (_, n) => message(100 - n, "read")),
  });
  await visit({ shop, page: "messages" }, async ({ page }) => {
    const older = page.getByRole("button", { name: "Show older messages" });
    await older.click();
    await rowOf(page, "Order #1051").waitFor();
    await older.click();
    await rowOf(page, "Order #1041").waitFor();
    expect(await tableOf(page).getByRole("row").count()).toBe(61);
    expect(await older.count()).toBe(0);
  });
});

test("a message opens its timeline and the way back leads to the list; the focus goes along", async () => {
  await visit(LIST, async ({ page }) => {
    const focusedTitle = () => page.locator("h1:focus").textContent();
    await page.getByRole("link", { name: "Order #1007" }).click();
    await page.getByRole("heading", { level: 1, name: "Order #1007: Order placed" }).waitFor();
    expect(await focusedTitle()).toContain("Order #1007");
    await page.getByText("Back to all messages").click();
    await tableOf(page).waitFor();
    expect(await focusedTitle()).toBe("WhatsApp messages");
  });
});

test("the timeline tells its sentences oldest first; their details open on demand", async () => {
  await visit({ shop: busyShop, page: `message/${message(7, "sent").message_id}` }, async ({ page }) => {
    const items = page.getByRole("list", { name: /What happened: Today/ }).getByRole("listitem");
    await items.first().getByText("Order placed in the shop.").waitFor();
    await items.last().getByText("It was delivered.").waitFor();
    const detail = items.first().getByText("subscriber");
    expect(await detail.isVisible()).toBe(false);
    await items.first().getByText("Details").click();
    await detail.waitFor();
  });
});

test("a page follows a message on its way every few seconds, a resting one slowly, and none while the tab is hidden", async () => {
  const sent = message(7, "sent").message_id;
  await visit(
    { shop: busyShop, page: `message/${sent}` },
    async ({ page, shop }) => {
      let reads = 0;
      page.on("request", (request) => {
        if (request.url().includes("/timeline")) reads += 1;
      });
      const readsWithin = async (ms: number) => {
        const before = reads;
        await page.clock.runFor(ms);
        // An own request that was answered: whatever the page asked for before it has been counted.
        await page.evaluate(() => fetch("/").then((answer) => answer.text()));
        return reads - before;
      };

      const followed = shop.messages.find(({ message_id }) => message_id === sent);
      Object.assign(followed ?? {}, { state: "read" });
      shop.entries.push(entry("2025-11-23T14:39:00Z", "status", "It was read.", { status: "read" }));
      expect(await readsWithin(MOVING_REFETCH_MS)).toBe(1);
      await page.getByText("It was read.").waitFor();
      await page.getByRole("status").getByText("Read", { exact: true }).waitFor();

      // The page's clock goes on with the real one too, so that there is room for what that takes.
      expect(await readsWithin(RESTING_REFETCH_MS / 2)).toBe(0);
      expect(await readsWithin(RESTING_REFETCH_MS / 2 + 500)).toBe(1);

      await page.evaluate(() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      expect(await readsWithin(10 * RESTING_REFETCH_MS)).toBe(0);
    },
    { clock: true },
  );
});

test("an answer that fails while the list is shown leaves the list in place", async () => {
  await visit(
    LIST,
    async ({ page, api }) => {
      const failure = {
        status: 403,
        code: "forbidden",
        title: "Not allowed",
        detail: "Your role was taken away.",
      };
      api.failNext("GET /v1/messages", failure);
      await page.clock.runFor(MOVING_REFETCH_MS);
      await page.getByRole("alert").getByText("Your role was taken away.").waitFor();
      await rowOf(page, "Order #1007").waitFor();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("alert").waitFor({ state: "detached" });
    },
    { clock: true },
  );
});

test("a customer's answer is shown with its words and order, and is counted until somebody marks it (D 8.7)", async () => {
  await visit({ shop: busyShop, page: "messages" }, async ({ page, api }) => {
    const answers = page.getByRole("region", { name: "Answers from customers: 2 unread" });
    await answers.getByText("Where is my parcel?").waitFor();
    const row = answers.getByRole("row", { name: /Where is my parcel/ });
    expect(await row.textContent()).toContain("Order #1007");
    await answers.getByText("A picture, video, voice message or file").waitFor();
    await row.getByRole("button", { name: "Mark as read" }).click();
    const rest = page.getByRole("region", { name: "Answers from customers: 1 unread" });
    await rest.waitFor();
    expect(await rest.getByText("Where is my parcel?").count()).toBe(0);
    await rest.getByRole("button", { name: "Show read ones too" }).click();
    await rest.getByText("Where is my parcel?").waitFor();
    expect(api.asked).toContain("POST /v1/answers/read");
  });
});

test("who may not read customers' words neither sees nor asks for them (D 8.7)", async () => {
  await visit({ shop: busyShopForViewer, page: "messages" }, async ({ page, api }) => {
    await tableOf(page).waitFor();
    expect(api.asked.filter((operation) => operation.includes("answers"))).toEqual([]);
  });
});

test("a filter is in the address, and is there again on the way back from a message (D 8.9)", async () => {
  await visit(LIST, async ({ page }) => {
    await page.getByRole("combobox", { name: "State" }).selectOption("Sent");
    await page.getByRole("link", { name: "Order #1007" }).click();
    await page.getByRole("heading", { level: 1, name: "Order #1007" }).waitFor();
    await page.getByText("Back to all messages").click();
    await rowOf(page, "Order #1007").waitFor();
    const filter = page.getByRole("combobox", { name: "State" });
    expect(await filter.inputValue()).toBe("sent");
    await page.reload();
    expect(await filter.inputValue()).toBe("sent");
  });
});
