import type { Page } from "playwright-core";
import { burstShop, failedShop, unsureShop } from "./example-holds.ts";
import { brokenMappingHost } from "./example-mapping.ts";
import {
  busyShop,
  busyShopForStranger,
  busyShopForViewer,
  type ExampleShop,
  message,
  newShop,
  sender,
} from "./example-shop.ts";

export interface Scenario {
  readonly shop: () => ExampleShop;
  /** Which page, as the hash of the preview's address. */
  readonly page:
    | "settings"
    | "settings/host-roles"
    | "mapping"
    | "messages"
    | `message/${string}`
    | `order/${string}`;
  /** What is done to get there; by roles and attributes only, so that it works in every language. */
  readonly act?: (page: Page) => Promise<void>;
}

const HELD = message(6, "held").message_id;
const SENT = message(7, "sent").message_id;
const FAILED = message(3, "failed").message_id;

async function openDetails(page: Page): Promise<void> {
  for (const summary of await page.locator("summary").all()) await summary.click();
}

/** Every page in every state worth looking at. */
export const SCENARIOS = {
  "settings-new": { shop: newShop, page: "settings" },
  "settings-busy": { shop: busyShop, page: "settings" },
  "settings-viewer": { shop: busyShopForViewer, page: "settings" },
  "settings-stranger": { shop: busyShopForStranger, page: "settings" },
  "settings-host-roles": { shop: busyShop, page: "settings/host-roles" },
  "settings-parked": { shop: () => ({ ...busyShop(), parked: 2 }), page: "settings" },
  "settings-token-invalid": {
    shop: () => ({ ...busyShop(), senders: [sender("token_invalid")] }),
    page: "settings",
  },
  "settings-two-numbers": {
    shop: () => ({ ...busyShop(), senders: [sender("connected"), sender("token_invalid", 1)] }),
    page: "settings",
  },
  "settings-none-in-use": {
    shop: () => ({ ...busyShop(), senders: [{ ...sender("disconnected"), in_use: false }] }),
    page: "settings",
  },
  "settings-form-refused": {
    shop: newShop,
    page: "settings",
    async act(page) {
      await page.getByRole("textbox").first().fill("twelve");
      await page.locator("form button[type=submit]").first().click();
      await page.locator("[aria-invalid=true]").first().waitFor();
    },
  },
  "settings-checked": {
    shop: busyShop,
    page: "settings",
    async act(page) {
      await page.getByRole("region").first().getByRole("button").first().click();
      await page.getByRole("heading", { level: 3 }).waitFor();
      await openDetails(page);
    },
  },
  "settings-rule-asked": {
    shop: busyShop,
    page: "settings",
    async act(page) {
      await page.locator("[role=switch][aria-checked=false][aria-disabled=false]").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "settings-role-asked": {
    shop: busyShop,
    page: "settings",
    async act(page) {
      await page.getByRole("table").last().getByRole("combobox").last().selectOption("admin");
      await page.getByRole("dialog").waitFor();
    },
  },
  "mapping-none": {
    shop: () => {
      const { mapping, ...shop } = newShop();
      return {
        ...shop,
        mapping: { ...mapping, state: { ...mapping.state, choices: { orders: [], account: [] } } },
      };
    },
    page: "mapping",
  },
  "mapping-new": { shop: newShop, page: "mapping" },
  "mapping-busy": { shop: busyShop, page: "mapping" },
  "mapping-viewer": { shop: busyShopForViewer, page: "mapping" },
  "mapping-broken": { shop: () => ({ ...busyShop(), mapping: brokenMappingHost() }), page: "mapping" },
  "mapping-refused": {
    shop: newShop,
    page: "mapping",
    async act(page) {
      await page.getByRole("combobox").first().selectOption("api::booking.booking");
      await page.locator("form button[type=submit]").click();
      await page.locator("[aria-invalid=true]").first().waitFor();
    },
  },
  "mapping-tried": {
    shop: busyShop,
    page: "mapping",
    async act(page) {
      await page.locator("form button[type=button]").last().click();
      await page.getByRole("table").waitFor();
    },
  },
  "messages-none": { shop: newShop, page: "messages" },
  "messages-busy": { shop: busyShop, page: "messages" },
  "message-sent": { shop: busyShop, page: `message/${SENT}` },
  "message-held": { shop: busyShop, page: `message/${HELD}` },
  "message-held-viewer": { shop: busyShopForViewer, page: `message/${HELD}` },
  "message-cancel-asked": {
    shop: busyShop,
    page: `message/${HELD}`,
    async act(page) {
      await page.locator(".wk-button-danger").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "message-released": {
    shop: busyShop,
    page: `message/${HELD}`,
    async act(page) {
      await page.locator(".wk-button-primary").click();
      await page.getByRole("dialog").getByRole("button").last().click();
      await page.locator("[role=status] .wk-alert").waitFor();
    },
  },
  "message-resendable": { shop: failedShop, page: `message/${FAILED}` },
  "messages-many-held": { shop: burstShop, page: "messages" },
  "messages-unsure": { shop: unsureShop, page: "messages" },
  "messages-unsure-asked": {
    shop: unsureShop,
    page: "messages",
    async act(page) {
      await page.getByRole("table").first().getByRole("button").first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "message-unsure": { shop: unsureShop, page: `message/${message(8, "held").message_id}` },
  "message-absent": { shop: newShop, page: `message/${SENT}` },
  "order-sent": { shop: busyShop, page: "order/order_7" },
  "order-open": { shop: busyShop, page: "order/order_7", act: openDetails },
  "order-none": { shop: newShop, page: "order/order_7" },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
