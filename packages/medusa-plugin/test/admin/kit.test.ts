// @vitest-environment jsdom
import { uiKitContract } from "@webxkey/admin-kit/testing";
import { expect, test } from "vitest";
import { medusaUiKit } from "../../src/admin/kit/index.ts";

test.each(uiKitContract)("Medusa's design keeps: $name", async ({ check }) => {
  await expect(check(medusaUiKit)).resolves.toBeUndefined();
});
