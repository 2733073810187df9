import { launchBrowser } from "@webxkey/test-browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  busyShop,
  busyShopForStranger,
  busyShopForViewer,
  message,
  newShop,
  sender,
} from "../../preview/example-shop.ts";
import { openPreview } from "../../preview/visit.ts";

let browser: Browser;
let visit: Awaited<ReturnType<typeof openPreview>>;

beforeAll(async () => {
  browser = await launchBrowser();
  visit = await openPreview(browser);
});
afterAll(() => browser.close());

const NEW = { shop: newShop, page: "settings" } as const;
const BUSY = { shop: busyShop, page: "settings" } as const;
const TO_CONNECT = "POST /v1/senders";

async function fillIn(page: Page, wabaId = "102290129340398") {
  await page.getByLabel("WhatsApp Business Account id").fill(wabaId);
  await page.getByLabel("Phone number id").fill("106540352242922");
  await page.getByLabel("App id").fill("670843887433847");
  await page.getByLabel("App secret").fill("app-secret");
  await page.getByLabel("Access token").fill("access-token");
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("a new shop is told what to do first, and connects with the keyboard alone", async () => {
  await visit(NEW, async ({ page, api, shop }) => {
    await page.getByText("Connect your WhatsApp number first").waitFor();
    await fillIn(page);
    await page.keyboard.press("Enter");
    await page.getByText("The number is connected.").waitFor();
    await page.getByText("Lanka Tea House").waitFor();
    // The form is gone, and the focus is with what took its place.
    expect(await focused(page)).toContain("Lanka Tea House");
    expect(api.asked.filter((operation) => operation === TO_CONNECT)).toHaveLength(1);
    expect(shop.senders[0]).toMatchObject({ waba_id: "102290129340398" });
    expect(await page.content()).not.toMatch(/app-secret|access-token/);
  });
});

test("what is plainly wrong is said beside its field without asking the server", async () => {
  await visit(NEW, async ({ page, api }) => {
    await fillIn(page, "+1 555 078 3881");
    await page.getByLabel("Access token").fill(" ");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    const waba = page.getByLabel("WhatsApp Business Account id");
    await page.locator("[aria-invalid=true]").nth(1).waitFor();
    expect(await waba.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.locator("[aria-invalid=true]").count()).toBe(2);
    await waba.fill("102290129340398");
    expect(await waba.getAttribute("aria-invalid")).toBe("false");
    expect(api.asked).not.toContain(TO_CONNECT);
  });
});

test("what the server finds wrong stands beside its field, and the secrets are gone", async () => {
  await visit(NEW, async ({ page, api }) => {
    api.failNext(TO_CONNECT, {
      status: 422,
      code: "sender_rejected",
      title: "Meta did not accept the number",
      detail: "The number belongs to another account.",
      fields: [{ pointer: "/phone_number_id", detail: "This number is not in that account." }],
    });
    await fillIn(page);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("alert").getByText("The number belongs to another account.").waitFor();
    const field = page.getByLabel("Phone number id");
    const described = await field.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${described?.split(" ")[0]}"]`).textContent()).toContain(
      "not in that account",
    );
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.getByLabel("App secret").inputValue()).toBe("");
    expect(await page.getByLabel("Access token").inputValue()).toBe("");
    expect(await page.getByLabel("App id").inputValue()).toBe("670843887433847");
    await field.fill("106540352242923");
    expect(await field.getAttribute("aria-invalid")).toBe("false");
  });
});

test("a sender whose token expired asks for a new one, with its ids filled in", async () => {
  const shop = () => ({ ...busyShop(), senders: [sender("token_invalid")] });
  await visit({ shop, page: "settings" }, async ({ page }) => {
    await page.getByText("Meta no longer accepts the access token").waitFor();
    await page.getByRole("button", { name: "Enter new credentials" }).click();
    expect(await page.getByLabel("Phone number id").inputValue()).toBe("106540352242922");
    expect(await page.getByLabel("Access token").inputValue()).toBe("");
  });
});

test("a check shows what is broken and how to mend it", async () => {
  await visit(BUSY, async ({ page }) => {
    await page.getByRole("button", { name: "Check connection" }).click();
    await page.getByRole("status").getByText("1 check failed").waitFor();
    await page.getByText("connect again: that sets the address").waitFor();
  });
});

test("of two numbers one is chosen, and one is disconnected, each after its consequence was read (D 8.3)", async () => {
  const shop = () => ({ ...busyShop(), senders: [sender("connected"), sender("connected", 1)] });
  await visit({ shop, page: "settings" }, async ({ page, shop: served }) => {
    const numbers = page.getByRole("region", { name: "Number", exact: true });
    await numbers.getByText("Messages go from here").waitFor();
    await numbers.getByRole("button", { name: "Send from this number" }).click();
    await page.getByRole("dialog", { name: "Send from +1 555 078 3882?" }).waitFor();
    await page.getByRole("button", { name: "Send from it" }).click();
    await page.getByText("Messages now go from +1 555 078 3882.").waitFor();
    expect(served.senders.map(({ in_use }) => in_use)).toEqual([false, true]);

    await numbers.getByRole("button", { name: "Check connection" }).first().click();
    await numbers.getByRole("heading", { name: "Result of the check" }).waitFor();
    await numbers.getByRole("button", { name: "Disconnect" }).first().click();
    await page.getByText("Messages then go from another connected number.").waitFor();
    await page.getByRole("button", { name: "Disconnect it" }).click();
    await numbers.getByText("1 disconnected number").waitFor();
    // The findings of the check are no longer so, and the focus is not lost with the button.
    expect(await numbers.getByRole("heading", { name: "Result of the check" }).count()).toBe(0);
    await expect.poll(() => focused(page)).toContain("+1 555 078 3881");
    expect(await page.getByText("No number is connected").count()).toBe(0);

    await numbers.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("Messages then wait until you connect a number.").waitFor();
    await page.getByRole("button", { name: "Disconnect it" }).click();
    await numbers.getByText("No number is connected").waitFor();
    expect(await numbers.getByRole("button", { name: "Connect again" }).count()).toBe(2);
  });
});

test("a number is replaced by another one, and not by itself (D 8.3)", async () => {
  await visit(BUSY, async ({ page, api, shop }) => {
    const waba = page.getByLabel("WhatsApp Business Account id");
    await page.getByRole("button", { name: "Replace with another number" }).click();
    expect(await waba.evaluate((input) => input === document.activeElement)).toBe(true);
    await fillIn(page);
    await page.getByRole("button", { name: "Replace", exact: true }).click();
    await page.getByText("This is the number that you are replacing.").waitFor();
    expect(api.asked).not.toContain(TO_CONNECT);
    await page.getByLabel("Phone number id").fill("106540352242999");
    await page.getByRole("button", { name: "Replace", exact: true }).click();
    await page.getByText("The new number is connected and the old one is disconnected.").waitFor();
    await page.getByText("1 disconnected number").waitFor();
    expect(shop.senders.map(({ state, in_use }) => [state, in_use])).toEqual([
      ["disconnected", false],
      ["connected", true],
    ]);
  });
});

test("a rule is turned on only after its consequence was read and agreed to", async () => {
  await visit(BUSY, async ({ page, api, shop }) => {
    const rule = () => shop.rules.find(({ rule_id }) => rule_id === "order-refunded");
    const control = page.getByRole("switch", { name: "Order refunded" });
    await control.focus();
    await page.keyboard.press("Space");
    const dialog = page.getByRole("dialog", { name: "Turn on “Order refunded”?" });
    await dialog.getByText("Only events from now on").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await focused(page)).toContain("Order refunded");
    expect([rule()?.active, api.asked.filter((operation) => operation.startsWith("PUT"))]).toEqual([
      false,
      [],
    ]);

    await page.keyboard.press("Space");
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("On: Order refunded.").waitFor();
    await page.locator("[role=switch][aria-checked=true]", { hasText: "Order refunded" }).waitFor();
    expect(rule()?.active).toBe(true);
  });
});

test("a rule is turned off at once", async () => {
  await visit(BUSY, async ({ page, shop }) => {
    await page.getByRole("switch", { name: "Order placed" }).click();
    await page.getByText("Off: Order placed.").waitFor();
    expect(shop.rules[0]?.active).toBe(false);
  });
});

test("a rule with a problem says it and cannot be turned on, but one that is on can be turned off", async () => {
  await visit(BUSY, async ({ page, shop }) => {
    const blocked = page.getByRole("switch", { name: "Order cancelled" });
    expect(await blocked.getAttribute("aria-disabled")).toBe("true");
    await blocked.click({ force: true });
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page
      .getByRole("row", { name: /Order cancelled/ })
      .getByText("create it at Meta")
      .last()
      .waitFor();
    await page.getByRole("switch", { name: "Order shipped" }).click();
    await page.getByText("Off: Order shipped.").waitFor();
    expect(shop.rules[1]?.active).toBe(false);
  });
});

test("a rule the server refuses to turn on stays off and says why", async () => {
  await visit(BUSY, async ({ page, api }) => {
    api.failNext("PUT /v1/rules/", {
      status: 409,
      code: "conflict",
      title: "Not now",
      detail: "The template was paused.",
    });
    await page.getByRole("switch", { name: "Order refunded" }).click();
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("alert").getByText("The template was paused.").waitFor();
    const control = page.getByRole("switch", { name: "Order refunded" });
    expect(await control.getAttribute("aria-checked")).toBe("false");
  });
});

test("a role changes only after it was asked for twice, and people are named, not their ids (D 8.2)", async () => {
  await visit(BUSY, async ({ page, shop }) => {
    const people = page.getByRole("region", { name: "People and roles" });
    const role = people.getByRole("combobox", { name: "Role of Shop Packer" });
    await people.getByText("packer@tea-shop.example").waitFor();
    expect(await people.textContent()).not.toContain("user_01");
    await role.selectOption("Admin");
    await page.getByRole("dialog").getByText("From Operator to Admin").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await role.inputValue()).toBe("operator");
    await role.selectOption("Admin");
    await page.getByRole("button", { name: "Change role" }).click();
    await page.getByText("Shop Packer is now: Admin.").waitFor();
    expect(shop.team[1]?.role).toBe("admin");
  });
});

test("a role is given to a user of the host by name or e-mail, and taken away again (D 8.2)", async () => {
  await visit(BUSY, async ({ page, api, shop }) => {
    const people = page.getByRole("region", { name: "People and roles" });
    await people.getByRole("button", { name: "Give role" }).click();
    await people.getByText("Choose a person.").waitFor();
    expect(api.asked.filter((operation) => operation.startsWith("PUT"))).toEqual([]);
    await people.getByRole("combobox", { name: "Give a role to" }).selectOption("counter@tea-shop.example");
    await people.getByRole("combobox", { name: "Role", exact: true }).selectOption("Viewer");
    await people.getByRole("button", { name: "Give role" }).click();
    await page.getByText("counter@tea-shop.example is now: Viewer.").waitFor();
    expect(shop.team[2]?.role).toBe("viewer");
    await people.getByText("Every user of this admin has a role.").waitFor();

    await people.getByRole("combobox", { name: "Role of counter@tea-shop.example" }).selectOption("No role");
    await page.getByRole("dialog").getByText("From Viewer to none").waitFor();
    await page.getByRole("button", { name: "Take role away" }).click();
    await page.getByText("counter@tea-shop.example has no role any more.").waitFor();
    expect(shop.team[2]?.role).toBeNull();
  });
});

test("one's own role cannot be changed, and the control says why (D 8.2)", async () => {
  await visit(BUSY, async ({ page }) => {
    const own = page.getByRole("combobox", { name: "Role of Tea Owner" });
    expect(await own.getAttribute("aria-disabled")).toBe("true");
    expect(await own.getAttribute("title")).toContain("ask another owner");
  });
});

test("who has no role reads who can give one, and nothing of the shop is asked for (D 8.2)", async () => {
  for (const path of ["settings", "messages", `message/${message(7, "sent").message_id}`] as const) {
    await visit({ shop: busyShopForStranger, page: path }, async ({ page, api }) => {
      await page
        .getByText(
          "You have no access to WhatsApp messages: Tea Owner (owner@tea-shop.example) or boss@tea-shop.example can give you a role under Settings, WhatsApp.",
        )
        .waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      expect(api.asked).toEqual(["GET /access"]);
    });
  }
});

test("where the host gives the roles they are shown and not changed", async () => {
  await visit({ shop: busyShop, page: "settings/host-roles" }, async ({ page }) => {
    const people = page.getByRole("region", { name: "People and roles" });
    await people.getByText("Roles are given where").waitFor();
    expect(await people.getByRole("rowheader").count()).toBe(3);
    await people.getByText("Tea Owner").waitFor();
    await people.getByText("No longer a user of this admin").waitFor();
    expect(await people.getByRole("combobox").count()).toBe(0);
  });
});

test("a viewer sees everything they may, and each control says why it does nothing", async () => {
  await visit({ shop: busyShopForViewer, page: "settings" }, async ({ page, api }) => {
    const controls = page.locator("button[aria-disabled], [role=switch]");
    for (const control of await controls.all()) {
      expect(await control.getAttribute("aria-disabled")).toBe("true");
      expect(await control.getAttribute("title")).toMatch(/^Viewers cannot /);
      await control.click({ force: true });
    }
    expect(await controls.count()).toBe(11);
    expect(await page.getByRole("heading", { name: "People and roles" }).count()).toBe(0);
    expect(api.asked.filter((operation) => !operation.startsWith("GET"))).toEqual([]);
    expect(api.asked).not.toContain("GET /team");
  });
});

test("a section that cannot be read says so and can be tried again; the others are there", async () => {
  const scenario = { ...NEW, shop: busyShop };
  await visit(scenario, async ({ page, api }) => {
    const refused = {
      status: 403,
      code: "forbidden",
      title: "Your role does not allow this",
      detail: "Ask the owner.",
    };
    api.failNext("GET /v1/rules", refused);
    await page.reload();
    await page.getByRole("alert").getByText("Ask the owner.").waitFor();
    await page.getByText("Lanka Tea House").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("switch", { name: "Order placed" }).waitFor();
  });
});

test("the language of the shop is one of its templates', and its change is told to the server (D 4.3)", async () => {
  await visit(BUSY, async ({ page, api, shop }) => {
    await page.getByLabel("Language of your shop").selectOption({ label: "Sinhala" });
    await page.getByText("The language of your shop is changed.").waitFor();
    expect(shop.settings.language).toBe("si");
    expect(api.asked).toContain("PATCH /v1/settings");
  });
});
