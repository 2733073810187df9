import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenMappingHost, exampleEntries, exampleMapping } from "../../preview/example-mapping.ts";
import { busyShop, busyShopForViewer, newShop } from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const NEW = { shop: newShop, page: "mapping" } as const;
const BUSY = { shop: busyShop, page: "mapping" } as const;
const TO_SAVE = "PUT /mapping";

const choose = (page: Page, label: string | RegExp, option: string) =>
  page.getByRole("combobox", { name: label }).selectOption(option);
/** The accounts have a name and a phone number of their own. */
const ofOrder = (page: Page, label: string) =>
  page.getByRole("region", { name: "What its fields mean" }).getByLabel(label, { exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save" }).click();
const isFocused = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).evaluate((field) => field === document.activeElement);

test("a new shop says what an order is, from a first guess, and it is saved", async () => {
  await visit(NEW, async ({ page, shop }) => {
    await page.getByText("No orders are recognised yet").waitFor();
    await choose(page, "What holds your orders", "Order");
    expect(await ofOrder(page, "Phone number").inputValue()).toBe("phone");
    expect(await page.getByLabel("Total").inputValue()).toBe("total");
    expect(await page.getByLabel("Consent field").inputValue()).toBe("");
    await choose(page, /When the order is created/, "Order placed");
    await choose(page, "When the state becomes shipped", "Order shipped");
    await choose(page, "Consent field", "agreed (private)");
    await page.getByLabel("Words beside the box").selectOption({ index: 1 });
    await page.getByText("I can stop them at any time by answering STOP.", { exact: false }).last().waitFor();
    await save(page);
    await page.getByText("The mapping is saved.").waitFor();
    await page.getByText("No orders are recognised yet").waitFor({ state: "detached" });
    expect(shop.mapping.state.mapping.order).toMatchObject({
      content_type: "api::order.order",
      created: "order.placed",
      states: { shipped: "order.shipped" },
      fields: { phone: ["phone"], total: "total", currency: { attribute: "currency" } },
    });
  });
});

test("what is plainly wrong is said at its field without asking the server, and the focus goes there", async () => {
  await visit(NEW, async ({ page, api }) => {
    await choose(page, "What holds your orders", "Booking");
    await save(page);
    await page.locator("[aria-invalid=true]").nth(2).waitFor();
    expect(await isFocused(page, "Order number")).toBe(true);
    await page.getByText("Write three letters, such as LKR").waitFor();
    await page.getByText("Choose an event for at least one change.").waitFor();
    await page.getByLabel("Currency of all orders").fill("LKR");
    expect(await page.getByText("Write three letters, such as LKR").count()).toBe(0);
    expect(api.asked).not.toContain(TO_SAVE);
  });
});

test("what the server refuses stands at its field, and the focus goes there", async () => {
  await visit(BUSY, async ({ page, api }) => {
    api.failNext(TO_SAVE, {
      status: 400,
      code: "invalid_input",
      title: "The input is not valid",
      detail: "Correct the fields named here.",
      fields: [{ pointer: "/order/states/cancelled", detail: "A new entry is order.cancelled already." }],
    });
    await save(page);
    await page.getByRole("alert").getByText("Correct the fields named here.").waitFor();
    await page.getByText("A new entry is order.cancelled already.").waitFor();
    expect(await isFocused(page, "When the state becomes cancelled")).toBe(true);
    await choose(page, "When the state becomes cancelled", "No message");
    expect(await page.getByRole("alert").count()).toBe(0);
    await save(page);
    await page.getByText("The mapping is saved.").waitFor();
  });
});

test("a state attribute that was renamed is said on the page and at its field, and can be mended", async () => {
  const shop = () => ({ ...busyShop(), mapping: brokenMappingHost() });
  await visit({ shop, page: "mapping" }, async ({ page, shop: { mapping } }) => {
    await page.getByText("The mapping no longer fits your content").waitFor();
    const state = page.getByLabel("State", { exact: true });
    expect(await state.getAttribute("aria-invalid")).toBe("true");
    expect(await state.locator("option:checked").textContent()).toBe("state (no longer there)");
    expect(await page.getByRole("button", { name: "Add a state" }).count()).toBe(0);
    await state.selectOption("stage");
    expect(await page.getByLabel("When the state becomes shipped").inputValue()).toBe("order.shipped");
    await save(page);
    await page.getByText("The mapping no longer fits your content").waitFor({ state: "detached" });
    expect(mapping.state.mapping.order?.fields.state).toBe("stage");
    expect(mapping.state.mapping.order?.states).toEqual(exampleMapping().order?.states);
  });
});

test("a state that is any text is written by hand, and a row that tells nothing is not sent", async () => {
  await visit(NEW, async ({ page, shop }) => {
    await choose(page, "What holds your orders", "Booking");
    await choose(page, "Order number", "mobile");
    await page.getByLabel("Currency of all orders").fill("LKR");
    const add = page.getByRole("button", { name: "Add a state" });
    await add.click();
    await page.getByLabel("State 1", { exact: true }).fill("confirmed");
    await choose(page, "Event of state 1", "Order paid");
    await add.click();
    await page.getByLabel("State 2", { exact: true }).fill("waiting");
    await save(page);
    await page.getByText("The mapping is saved.").waitFor();
    expect(shop.mapping.state.mapping.order?.states).toEqual({ confirmed: "order.paid" });
  });
});

test("real entries are shown masked, with the words and language of their message (D 4.3), and are forgotten when the form changes", async () => {
  await visit(BUSY, async ({ page, api }) => {
    await page.getByRole("button", { name: "Try it on real entries" }).click();
    const [told] = exampleEntries();
    await page
      .getByRole("row", { name: "1042" })
      .getByText(told?.phone ?? "no phone")
      .waitFor();
    await page.getByRole("row", { name: "1042" }).getByText("Order shipped").waitFor();
    await page.getByRole("row", { name: "1043" }).getByText("Not a phone number").waitFor();
    await page.getByRole("row", { name: "1043" }).getByText("Not opted in").waitFor();
    await page.getByRole("row", { name: "1042" }).getByText("pt_BR").waitFor();
    await page.getByRole("row", { name: "1042" }).getByText("O pedido 1042 está a caminho.").waitFor();
    await page.getByRole("row", { name: "1043" }).getByText("Connect a WhatsApp number first.").waitFor();
    expect(api.asked).not.toContain(TO_SAVE);
    await ofOrder(page, "Name").selectOption("None");
    expect(await page.getByRole("table").count()).toBe(0);
  });
});

test("whose number a tick counts for is kept when the mapping is saved, and asked for where there are several (D 2.2)", async () => {
  const shop = () => {
    const busy = busyShop();
    const { order, account } = exampleMapping();
    if (!order?.fields.consent) throw new Error("The example has no consent field.");
    const consent = { ...order.fields.consent, phone: "address.phone" };
    const mapping = { order: { ...order, fields: { ...order.fields, consent } }, account };
    return { ...busy, mapping: { ...busy.mapping, state: { ...busy.mapping.state, mapping } } };
  };
  await visit({ ...BUSY, shop }, async ({ page, shop: served }) => {
    const saved = () => served.mapping.state.mapping.order?.fields.consent;
    const ticked = page.getByLabel("Number of whoever ticks the box");
    expect(await ticked.inputValue()).toBe("address.phone");
    const answered = () => page.waitForResponse((answer) => answer.request().method() === "PUT");
    await Promise.all([answered(), save(page)]);
    expect(saved()).toMatchObject({ attribute: "agreed", phone: "address.phone" });
    await ticked.selectOption("Only if all phone fields of the order hold the same number");
    await Promise.all([answered(), save(page)]);
    expect(saved()).not.toHaveProperty("phone");
  });
});

test("an entry that was ticked for another number is not said to be opted in (D 2.2)", async () => {
  const shop = () => {
    const busy = busyShop();
    const entries = exampleEntries().map((entry) => ({ ...entry, consent: "other_number" as const }));
    return { ...busy, mapping: { ...busy.mapping, entries } };
  };
  await visit({ ...BUSY, shop }, async ({ page }) => {
    await page.getByRole("button", { name: "Try it on real entries" }).click();
    const row = page.getByRole("row", { name: "1042" });
    await row.getByText("Ticked, but not for this number").waitFor();
    expect(await row.getByText("Opted in").count()).toBe(0);
  });
});

test("a privacy officer, who may not map, may save a change of the consent field (D 2.4)", async () => {
  const shop = () => {
    const { me, ...rest } = busyShop();
    return {
      ...rest,
      me: {
        ...me,
        role: "privacy_officer" as const,
        rights: ["rule:read" as const, "consent:grant" as const],
      },
    };
  };
  await visit({ ...BUSY, shop }, async ({ page, api }) => {
    await page.getByText("You can change the consent field.").waitFor();
    await choose(page, "Consent field", "None");
    await save(page);
    await page.getByText("The mapping is saved.").waitFor();
    expect(api.asked).toContain(TO_SAVE);
  });
});

test("entries that the viewer may not read in the host are not shown, and the page says why", async () => {
  await visit(BUSY, async ({ page, api }) => {
    api.failNext("POST /mapping/preview", {
      status: 403,
      code: "forbidden",
      title: "Not allowed",
      detail: "You may not read api::order.order, so its entries are not shown.",
    });
    await page.getByRole("button", { name: "Try it on real entries" }).click();
    await page.getByRole("alert").getByText("its entries are not shown").waitFor();
  });
});

test("who may only look cannot save, and is told why", async () => {
  await visit({ ...BUSY, shop: busyShopForViewer }, async ({ page, api }) => {
    const button = page.getByRole("button", { name: "Save" });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await button.click({ force: true });
    await page.getByText("Viewers cannot change the order mapping.").first().waitFor();
    expect(api.asked).not.toContain(TO_SAVE);
  });
});

test("what was given up is said above the settings, and can be tried again", async () => {
  const shop = () => ({ ...busyShop(), parked: 2 });
  await visit({ shop, page: "settings" }, async ({ page, api }) => {
    await page.getByText("2 events of the shop were given up").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("2 events of the shop were given up").waitFor({ state: "detached" });
    expect(api.asked).toContain("POST /intake/retry");
  });
});

test("what was given up cannot be tried again by who may not, and a try that fails says why (D 8.9)", async () => {
  await visit(
    { shop: () => ({ ...busyShopForViewer(), parked: 2 }), page: "settings" },
    async ({ page, api }) => {
      const button = page.getByRole("button", { name: "Try again" });
      expect(await button.getAttribute("aria-disabled")).toBe("true");
      await button.click({ force: true });
      expect(api.asked).not.toContain("POST /intake/retry");
    },
  );
  await visit({ shop: () => ({ ...busyShop(), parked: 2 }), page: "settings" }, async ({ page, api }) => {
    const detail = "The database is away. Try again in a moment.";
    api.failNext("POST /intake/retry", {
      status: 503,
      code: "storage_unavailable",
      title: "Not now",
      detail,
    });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText(detail).waitFor();
  });
});
