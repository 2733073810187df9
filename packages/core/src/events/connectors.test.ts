import { describe, expect, test } from "vitest";
import { isWebxkeyError } from "../kernel/errors.ts";
import { defineConnector, type PlatformEvent, sampleEvent } from "./index.ts";

interface Shop {
  find(id: string): Promise<PlatformEvent | null>;
}

const connector = defineConnector<Shop>({
  id: "shop",
  source: "/shop/main",
  events: {
    "order-created": {
      facts: (payload) => [
        { key: `order-created:${payload}`, type: "order-created", entityId: String(payload) },
      ],
      read: (fact, shop) => shop.find(fact.entityId),
    },
  },
});
const shop: Shop = { find: async (id) => ({ ...sampleEvent("order.placed"), id, source: "/shop/main" }) };

test("tells which host events to subscribe to", () => {
  expect(connector.hostEvents).toEqual(["order-created"]);
});

test("a known host event gives its facts, and a fact reads its entity", async () => {
  const [fact] = connector.facts("order-created", "o1");
  expect(fact).toEqual({ key: "order-created:o1", type: "order-created", entityId: "o1" });
  expect(await connector.read({ key: "k", type: "order-created", entityId: "o1" }, shop)).toMatchObject({
    id: "o1",
  });
});

test.each(["order-updated", "constructor", "__proto__", "toString", ""])(
  "the unknown host event %j gives no facts, and its facts nothing to tell",
  async (hostEvent) => {
    expect(connector.facts(hostEvent, {})).toEqual([]);
    expect(await connector.read({ key: "k", type: hostEvent, entityId: "o1" }, shop)).toBeNull();
  },
);

describe("a connector that cannot be told apart from others is refused", () => {
  test.each([
    ["", "/shop"],
    ["My Shop", "/shop"],
    ["shop", ""],
    ["shop", "two words"],
    ["shop", "100%"],
    ["shop", "/".repeat(513)],
  ])("id %j, source %j", (id, source) => {
    expect(() => defineConnector<Shop>({ id, source, events: {} })).toThrow(
      expect.toSatisfy((error) => isWebxkeyError(error) && error.code === "invalid_configuration"),
    );
  });
});
