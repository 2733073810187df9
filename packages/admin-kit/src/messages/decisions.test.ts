import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { burstShop, failedShop, NO_TOKEN } from "../../preview/example-holds.ts";
import { busyShop, busyShopForViewer, message } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";
import { MOVING_REFETCH_MS, RESTING_REFETCH_MS } from "./use-live.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const HELD_ID = message(6, "held").message_id;
const HELD = { shop: busyShop, page: `message/${HELD_ID}` } as const;

test("a held message is released after it was asked for twice; the focus stays on the page", async () => {
  await visit(HELD, async ({ page, shop, api }) => {
    const held = () => shop.messages.find(({ message_id }) => message_id === message(6, "held").message_id);
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel", exact: true }).click();
    expect([held()?.state, api.asked.filter((operation) => operation.startsWith("POST"))]).toEqual([
      "held",
      [],
    ]);
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("button", { name: "Release it" }).click();
    await page.getByText("Checked once more before it is sent").waitFor();
    await page.getByRole("status").getByText("Waiting to go out").waitFor();
    await page.locator("h1:focus").waitFor();
    expect(held()?.state).toBe("queued");
  });
});

test("a held message is cancelled for good, and says so before", async () => {
  await visit(HELD, async ({ page }) => {
    await page.getByRole("button", { name: "Cancel message" }).click();
    await page.getByRole("dialog").getByText("This cannot be undone.").waitFor();
    await page.getByRole("button", { name: "Cancel the message" }).click();
    await page.getByRole("status").getByText("Cancelled", { exact: true }).waitFor();
  });
});

test("a decision that comes too late is told, and the message is still there", async () => {
  await visit(HELD, async ({ page, api }) => {
    const late = {
      status: 409,
      code: "conflict",
      title: "Too late",
      detail: "The message is expired, not held.",
    };
    api.failNext("POST /v1/messages/", late);
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("button", { name: "Release it" }).click();
    await page.getByRole("alert").getByText("The message is expired, not held.").waitFor();
    await page.getByRole("button", { name: "Release" }).waitFor();
  });
});

test("what a colleague decided meanwhile is shown at once to whoever decides too late (D 8.6)", async () => {
  await visit(
    HELD,
    async ({ page, api, shop }) => {
      const detail = "The message is cancelled, not held.";
      api.failNext("POST /v1/messages/", { status: 409, code: "conflict", title: "Too late", detail });
      await page.getByRole("button", { name: "Release", exact: true }).click();
      const held = shop.messages.find(({ message_id }) => message_id === HELD_ID);
      Object.assign(held ?? {}, { state: "cancelled", actions: [], reason: null });
      await page.getByRole("button", { name: "Release it" }).click();
      // The page's clock stands still: it does not wait until it would have looked by itself.
      await page.getByRole("status").getByText("Cancelled", { exact: true }).waitFor();
      expect(await page.getByRole("button", { name: "Release", exact: true }).count()).toBe(0);
    },
    { clock: true },
  );
});

test("who may not release is told so and asks nobody", async () => {
  await visit({ ...HELD, shop: busyShopForViewer }, async ({ page, api }) => {
    for (const name of ["Release", "Cancel message"])
      await page.getByRole("button", { name }).click({ force: true });
    await page.getByText("Viewers cannot release, cancel or resend messages.").first().waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(api.asked.filter((operation) => operation.startsWith("POST"))).toEqual([]);
  });
});

test("a message that waits for something says that it goes by itself, and offers no release (D 8.6)", async () => {
  const shop = () => {
    const { messages, ...rest } = busyShop();
    return { ...rest, messages: messages.map((one) => ({ ...one, actions: ["cancel" as const] })) };
  };
  await visit({ ...HELD, shop }, async ({ page }) => {
    await page.getByText("Waiting: it goes by itself once its cause is gone").waitFor();
    expect(await page.getByRole("button", { name: "Release" }).count()).toBe(0);
    await page.getByRole("button", { name: "Cancel message" }).waitFor();
  });
});

/** The shop in which the held message has this reason and these actions. */
const heldFor = (reason: { code: string; sentence: string }, actions: ("release" | "cancel")[]) => () => {
  const { messages, ...rest } = busyShop();
  return {
    ...rest,
    messages: messages.map((one) => (one.message_id === HELD_ID ? { ...one, reason, actions } : one)),
  };
};

async function release(page: Page) {
  await page.getByRole("button", { name: "Release", exact: true }).click();
  await page.getByRole("button", { name: "Release it" }).click();
}

test("a released message that is held again is never said to be sent (D 8.6)", async () => {
  await visit(
    HELD,
    async ({ page, shop }) => {
      await release(page);
      await page.getByRole("status").getByText("Checked once more before it is sent").waitFor();
      expect(
        await page
          .getByRole("status")
          .getByText(/^Sent|^Released/)
          .count(),
      ).toBe(0);
      const held = shop.messages.find(({ message_id }) => message_id === HELD_ID);
      Object.assign(held ?? {}, { state: "held", reason: NO_TOKEN, actions: ["cancel"] });
      await page.clock.runFor(MOVING_REFETCH_MS);
      await page.getByRole("status").getByText("Waiting: it goes by itself once its cause is gone").waitFor();
      await page.getByText(NO_TOKEN.sentence).waitFor();
      expect(
        await page
          .getByRole("status")
          .getByText(/^Sent|^Released/)
          .count(),
      ).toBe(0);
    },
    { clock: true },
  );
});

test("a released message is said to be sent once Meta took it, and not before (D 8.6)", async () => {
  await visit(
    HELD,
    async ({ page, shop }) => {
      await release(page);
      await page.getByRole("status").getByText("Checked once more before it is sent").waitFor();
      const held = shop.messages.find(({ message_id }) => message_id === HELD_ID);
      Object.assign(held ?? {}, { state: "accepted" });
      await page.clock.runFor(MOVING_REFETCH_MS);
      await page.getByRole("status").getByText("Sent to Meta").waitFor();
    },
    { clock: true },
  );
});

test("an open page of a message that waits shows by itself that the wait is over (D 8.6)", async () => {
  await visit(
    { ...HELD, shop: heldFor(NO_TOKEN, ["cancel"]) },
    async ({ page, shop }) => {
      await page.getByText("Waiting: it goes by itself once its cause is gone").waitFor();
      const held = shop.messages.find(({ message_id }) => message_id === HELD_ID);
      Object.assign(held ?? {}, { state: "delivered", reason: null, actions: [] });
      await page.clock.runFor(RESTING_REFETCH_MS);
      await page.getByRole("status").getByText("Delivered", { exact: true }).waitFor();
      expect(await page.getByText("Waiting: it goes by itself once its cause is gone").count()).toBe(0);
    },
    { clock: true },
  );
});

test.each([
  ["sender_missing", "Open the settings", "WhatsApp settings"],
  ["template_not_approved", "Open the settings", "WhatsApp settings"],
  ["burst_guard", "Show all that need you", "WhatsApp messages"],
  ["wish_unknown", "Open Order #1006", "Order"],
  ["opt_out_unsure", "Read what they wrote", "WhatsApp messages"],
] as const)("a message held for %s leads to its cause (D 8.6)", async (code, link, heading) => {
  await visit(
    { ...HELD, shop: heldFor({ code, sentence: "On hold for a reason." }, ["release", "cancel"]) },
    async ({ page }) => {
      await page.getByText(link).first().click();
      await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    },
  );
});

test("a message that failed is sent again after it was asked for twice (D 8.6)", async () => {
  const failed = message(3, "failed").message_id;
  await visit({ shop: failedShop, page: `message/${failed}` }, async ({ page, api, shop: served }) => {
    await page.getByText(/^It can be sent again until/).waitFor();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByRole("status").getByText("Checked once more before it is sent").waitFor();
    expect(api.asked).toContain(`POST /v1/messages/${failed}/resend`);
    expect(served.messages.find(({ message_id }) => message_id === failed)?.state).toBe("queued");
  });
});

test("a message that cannot be sent again offers no way to (D 8.6)", async () => {
  await visit({ shop: busyShop, page: `message/${message(3, "failed").message_id}` }, async ({ page }) => {
    await page.getByRole("status").getByText("Failed", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Send again" }).count()).toBe(0);
  });
});

test("messages held for one reason are released at once, and no others (D 8.6)", async () => {
  await visit({ shop: burstShop, page: "messages" }, async ({ page, shop, api }) => {
    const needsYou = page.getByRole("region", { name: "Needs you: 13 messages" });
    await needsYou.getByRole("button", { name: "Release all 12" }).click();
    await page.getByRole("dialog").getByText("Release 12 messages?").waitFor();
    await page.getByRole("button", { name: "Release them" }).click();
    await page.getByRole("region", { name: "Needs you: 1 message", exact: true }).waitFor();
    const states = shop.messages.map(({ state }) => state);
    expect(states).toEqual([...Array(12).fill("queued"), "held", "held"]);
    expect(api.asked.filter((operation) => operation.startsWith("POST"))).toEqual([
      "POST /v1/messages/release",
    ]);
  });
});

test("of many that are cancelled at once, those that changed meanwhile are left and counted (D 8.6)", async () => {
  await visit({ shop: burstShop, page: "messages" }, async ({ page, shop }) => {
    await page.getByRole("button", { name: "Cancel all 12" }).click();
    Object.assign(shop.messages[0] ?? {}, { state: "expired", actions: [] });
    await page.getByRole("button", { name: "Cancel the messages" }).click();
    await page
      .getByText("11 messages are cancelled. 1 had changed meanwhile and is left as it is.")
      .waitFor();
    expect(shop.messages.filter(({ state }) => state === "cancelled")).toHaveLength(11);
  });
});

test("the list tells a message that needs a person from one that waits, and is narrowed to either (D 8.6)", async () => {
  await visit({ shop: burstShop, page: "messages" }, async ({ page, api }) => {
    const list = page.getByRole("table", { name: "Messages, newest first" });
    const row = (label: string) => list.getByRole("row", { name: label });
    await row("Order #1040").getByText("Needs you", { exact: true }).waitFor();
    await row("Order #1019").getByText("Waiting", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "State" }).selectOption("Waiting");
    await row("Order #1040").waitFor({ state: "detached" });
    await row("Order #1019").waitFor();
    expect(api.asked.at(-1)).toContain("hold=waiting");
  });
});

test("where nothing needs a person, nothing is said of it (D 8.6)", async () => {
  const shop = () => ({ ...busyShop(), messages: [message(1, "read")] });
  await visit({ shop, page: "messages" }, async ({ page }) => {
    await page.getByRole("row", { name: "Order #1001" }).waitFor();
    expect(await page.getByRole("region", { name: /Needs you/ }).count()).toBe(0);
  });
});
