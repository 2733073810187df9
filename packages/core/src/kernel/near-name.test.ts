import { expect, test } from "vitest";
import { nearName } from "./near-name.ts";

const KNOWN = ["woocommerce", "shopify", "erpnext", "odoo"];

test.each([
  ["woocomerce", "woocommerce"],
  ["WooCommerce", "woocommerce"],
  ["shopfiy", "shopify"],
  ["erp-next", "erpnext"],
  ["odo", "odoo"],
  ["magento", undefined],
  ["", undefined],
])("for a name that is nearly right, the right one is suggested: %s (D 8.8)", (given, expected) => {
  expect(nearName(given, KNOWN)).toBe(expected);
});
