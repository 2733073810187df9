import { expect, test } from "vitest";
import { readSettings } from "./options.ts";

const rootKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");
const options = {
  shopName: "Tea Shop",
  owner: "owner@tea-shop.example",
  rootKey,
  publicUrl: "https://shop.example",
  database: { clientUrl: "postgres://127.0.0.1/store" },
};

test("takes what is left out from the environment, and the store's own database", () => {
  const { rootKey: _, publicUrl: __, ...rest } = options;
  const env = {
    WEBXKEY_ROOT_KEY: rootKey,
    WEBXKEY_PUBLIC_URL: "https://shop.example",
    WEBXKEY_GRAPH_VERSION: "v25.0",
  };
  expect(readSettings({ ...rest, rootKey: undefined }, env)).toMatchObject({
    rootKey,
    publicUrl: "https://shop.example",
    graphVersion: "v25.0",
    databaseUrl: "postgres://127.0.0.1/store",
    workspaceId: "shop",
  });
});

test("an option wins over the environment", () => {
  expect(readSettings(options, { WEBXKEY_PUBLIC_URL: "https://other.example" }).publicUrl).toBe(
    "https://shop.example",
  );
});

test("lists every problem at once and shows no value", () => {
  const wrong = {
    owner: "",
    rootKey: "secret-that-is-too-short",
    publicUrl: "http://shop.example",
    colour: "green",
    database: {},
  };
  expect(() => readSettings(wrong, {})).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/shopName.*owner.*rootKey.*publicUrl.*databaseUrl.*colour/s),
    }),
  );
  expect(() => readSettings(wrong, {})).not.toThrow(/secret-that-is-too-short/);
});

test("plain http is for this machine only", () => {
  expect(readSettings({ ...options, publicUrl: "http://127.0.0.1:9000" }, {}).publicUrl).toBe(
    "http://127.0.0.1:9000",
  );
  expect(() => readSettings({ ...options, graphUrl: "http://graph.example" }, {})).toThrow(
    /graphUrl: must be an https URL/,
  );
});

test("a shop that writes no wording gets one with its own name in it", () => {
  const [wording] = readSettings(options, {}).wordings;
  expect(wording).toMatchObject({ purpose: "order-updates", text: expect.stringContaining("Tea Shop") });
});
