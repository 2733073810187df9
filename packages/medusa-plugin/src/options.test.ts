import { expect, test } from "vitest";
import { readSettings } from "./options.ts";

const options = {
  shopName: "Tea Shop",
  owner: "owner@tea-shop.example",
  rootKey: Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64"),
  publicUrl: "https://shop.example",
  database: { clientUrl: "postgres://127.0.0.1/store" },
};

test("works on the store's own database unless it is given another", () => {
  expect(readSettings(options, {}).databaseUrl).toBe("postgres://127.0.0.1/store");
  expect(readSettings({ ...options, databaseUrl: "postgres://127.0.0.1/other" }, {}).databaseUrl).toBe(
    "postgres://127.0.0.1/other",
  );
});

test("lists its own problems among the others", () => {
  expect(() => readSettings({ ...options, owner: "", database: {} }, {})).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/owner.*databaseUrl/s) }),
  );
});
