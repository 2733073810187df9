import { expect, test } from "vitest";
import { type PlatformEntity, sampleEvent } from "../events/index.ts";
import { claimsOf } from "./consent-mapping.ts";

const WORDING = { wordingId: "checkout", wordingVersion: "1", wordingLanguage: "en" };
const order = (value: unknown): PlatformEntity => ({ kind: "order", id: "1", value: { box: value } });
const customer = (value: unknown): PlatformEntity => ({ kind: "customer", id: "2", value: { box: value } });
const fieldOf = ({ value }: PlatformEntity, field: string) => (value as Record<string, unknown>)[field];
const event = sampleEvent("order.placed");

function claims(entities: readonly PlatformEntity[], mapping: readonly { field: string; equals?: string }[]) {
  return claimsOf({
    mapping: mapping.map((one) => ({ ...one, ...WORDING })),
    entities,
    fieldOf,
    event,
    evidence: "tea delivery 42",
  });
}

test.each([true, "yes", "Yes", " on ", "true", 1, "1"])("a mapped box that holds %j is a claim", (value) => {
  expect(claims([order(value)], [{ field: "box" }])).toHaveLength(1);
});

test.each([false, "no", "off", "0", 0, "", null, undefined, "maybe", {}, ["yes"], 2])(
  "a mapped box that holds %j is none",
  (value) => {
    expect(claims([order(value)], [{ field: "box" }])).toEqual([]);
  },
);

test("a value that the merchant named counts, and only that one", () => {
  expect(claims([order("SUBSCRIBED")], [{ field: "box", equals: "SUBSCRIBED" }])).toHaveLength(1);
  for (const value of ["subscribed", "NOT_SUBSCRIBED", true, "yes"])
    expect(claims([order(value)], [{ field: "box", equals: "SUBSCRIBED" }]), String(value)).toEqual([]);
});

test("what is not mapped is no consent", () => {
  expect(claims([order(true)], [])).toEqual([]);
  expect(claims([order(true)], [{ field: "another_box" }])).toEqual([]);
});

test("what was ticked for the order counts before what the account says", () => {
  expect(claims([order(false), customer(true)], [{ field: "box" }])).toEqual([]);
  expect(claims([order(undefined), customer(true)], [{ field: "box" }])).toHaveLength(1);
});

test("a claim names its words, the moment of the order and where it can be looked up", () => {
  expect(claims([order(true)], [{ field: "box" }])).toEqual([
    {
      ...WORDING,
      method: "checkout_box",
      occurredAt: new Date(event.data.order.placed_at),
      evidence: "tea delivery 42, field box",
    },
  ]);
});
