import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector, type WebhookConnector } from "../events/index.ts";
import { platformsOf } from "./platforms.ts";

const tea: WebhookConnector = {
  id: "tea",
  name: "Tea",
  settings: z.unknown(),
  proof: { kind: "signature", isSigned: () => true, verify: () => false },
  told: () => ({ kind: "greeting" }),
  connector: ({ source }) => defineConnector({ id: "tea", source, events: {} }),
  fieldOf: () => undefined,
};

test("two connectors of one id are refused at the start", () => {
  expect(() => platformsOf([tea, { ...tea, name: "Green tea" }])).toThrow("Two connectors have the same id");
});

test("a connector that believes no delivery has to have an API to read again", () => {
  const unsigned: WebhookConnector = { ...tea, proof: { kind: "read_again" } };
  expect(() => platformsOf([unsigned])).toThrow("The connector tea believes no delivery");
  const api = { baseUrl: () => "https://tea.example/", find: async () => undefined };
  expect([...platformsOf([{ ...unsigned, api }]).keys()]).toEqual(["tea"]);
});
