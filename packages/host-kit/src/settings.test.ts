import { expect, test } from "vitest";
import { z } from "zod";
import { hostOptions, readSettings } from "./settings.ts";

const schema = z.strictObject({ ...hostOptions, shelf: z.string().min(1) });
const rootKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");
const options = {
  shopName: "Tea Shop",
  owner: "owner@tea-shop.example",
  rootKey,
  publicUrl: "https://shop.example",
  shelf: "left",
};
const of = { plugin: "@webxkey/tea", place: "tea-config" };
const read = (given: Record<string, unknown>, env: Record<string, string> = {}, host = {}) =>
  readSettings(schema, { options: given, env, host, of });

test("takes what is left out from the environment, and from the host what is in neither", () => {
  const { publicUrl: _, shelf: __, ...rest } = options;
  const env = {
    WEBXKEY_ROOT_KEY: rootKey,
    WEBXKEY_PUBLIC_URL: "https://shop.example",
    WEBXKEY_GRAPH_VERSION: "v25.0",
    WEBXKEY_GRAPH_URL: "",
  };
  const host = { shelf: "right", publicUrl: "https://host.example" };
  expect(read({ ...rest, rootKey: undefined }, env, host)).toMatchObject({
    rootKey,
    publicUrl: "https://shop.example",
    graphVersion: "v25.0",
    shelf: "right",
    workspaceId: "shop",
  });
});

test("an option wins over the environment", () => {
  expect(read(options, { WEBXKEY_PUBLIC_URL: "https://other.example" }).publicUrl).toBe(
    "https://shop.example",
  );
});

test("lists every problem at once, says where to mend them, and shows no value", () => {
  const wrong = {
    owner: "",
    rootKey: "secret-that-is-too-short",
    publicUrl: "http://shop.example",
    colour: "green",
  };
  expect(() => read(wrong)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /@webxkey\/tea.*tea-config.*shopName.*owner.*rootKey.*publicUrl.*shelf.*colour/s,
      ),
    }),
  );
  expect(() => read(wrong)).not.toThrow(/secret-that-is-too-short/);
});

test("plain http is for this machine only", () => {
  expect(read({ ...options, publicUrl: "http://127.0.0.1:9000" }).publicUrl).toBe("http://127.0.0.1:9000");
  expect(() => read({ ...options, graphUrl: "http://graph.example" })).toThrow(
    /graphUrl: must be an https URL/,
  );
});

test("a shop that writes no wording gets one with its own name in it", () => {
  const [wording] = read(options).wordings;
  expect(wording).toMatchObject({ purpose: "order-updates", text: expect.stringContaining("Tea Shop") });
});
