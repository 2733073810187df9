import { parseEvent } from "@webxkey/core";
import { expect, test } from "vitest";
import { ofOrders } from "./acts.ts";
import { fieldOf } from "./fields.ts";
import { actsOfState, type States, statesSetting } from "./states.ts";

const ALL = {
  a: "order.placed",
  b: "order.confirmed",
  c: "order.updated",
  d: "order.ready_for_pickup",
  e: "order.shipped",
  f: "order.delivered",
  g: "order.cancelled",
  h: "order.return_requested",
  i: "order.return_received",
} as const satisfies States;

test.each(Object.entries(ALL))(
  "a state %s can mean %s, which is a whole event of its own",
  async (state, type) => {
    const acts = actsOfState("order_1", state, ALL, "2026-03-14T09:26:53.000Z");
    const shop = {
      name: "Tea Shop",
      source: "/tea",
      connectedAt: new Date(0),
      settings: { phones: "parcel_first" },
      fieldOf,
    } as const;
    const translation = ofOrders(
      "order",
      shop,
      () => ({ entityId: "order_1", acts }),
      async () => ({
        order: {
          ref: "order_1",
          code: "1",
          placed_at: "2026-03-14T09:00:00Z",
          total: { amount: 1, currency: "EUR" },
        },
        person: { places: [] },
        acts,
        changedAt: "2026-03-14T10:00:00Z",
      }),
    );
    const [fact] = translation.facts({});
    if (!fact) throw new Error("no fact");
    const event = await translation.read(fact, { find: async () => undefined });
    expect(parseEvent(event)).toMatchObject({ ok: true, event: { type, time: "2026-03-14T09:26:53.000Z" } });
  },
);

test("an order can be updated to several states, and to each of them once", () => {
  const states: States = { packing: "order.updated", packed: "order.updated" };
  const idsOf = (state: string) => actsOfState("order_1", state, states).map(({ id }) => id);
  expect([...idsOf("packing"), ...idsOf("packed")]).toEqual(["order_1:packing", "order_1:packed"]);
});

test.each(["unlisted", "constructor", "__proto__", "toString", "", "hushed"])(
  "a state that means nothing tells nothing: %j",
  (state) => {
    expect(actsOfState("order_1", state, { hushed: "nothing" })).toEqual([]);
  },
);

test.each([
  { done: "order.paid" },
  { done: "order.exploded" },
  { "": "order.placed" },
  { "a\u0000": "order.placed" },
])("a mapping to what a state cannot mean is refused: %j", (mapping) => {
  expect(statesSetting.safeParse(mapping).success).toBe(false);
});
