import { expect, test } from "vitest";
import { type PlatformEntity, sampleEvent } from "../events/index.ts";
import { consentsOfFields } from "./consent-mapping.ts";

const WORDING = { wordingId: "checkout", wordingVersion: "1", wordingLanguage: "en" };
const order = (value: unknown): PlatformEntity => ({ kind: "order", id: "1", value: { box: value } });
const customer = (value: unknown): PlatformEntity => ({ kind: "customer", id: "2", value: { box: value } });
const fieldOf = ({ value }: PlatformEntity, field: string) => (value as Record<string, unknown>)[field];
const event = sampleEvent("order.placed");

async function claims(...given: Parameters<typeof consents>) {
  return (await consents(...given)).claims;
}

async function consents(
  entities: readonly PlatformEntity[],
  mapping: readonly { field: string; equals?: string }[],
) {
  return await consentsOfFields({
    mapping: mapping.map((one) => ({ ...one, ...WORDING })),
    entities,
    fieldOf,
    buyerPhones: async (field) => [`+1650555000${field.length}`],
    event,
    evidence: "tea delivery 42",
  });
}

test.each([true, "yes", "Yes", " on ", "true", 1, "1"])(
  "a mapped box that holds %j is a claim",
  async (value) => {
    expect(await claims([order(value)], [{ field: "box" }])).toHaveLength(1);
  },
);

test.each([false, "no", "off", "0", 0, "", null, undefined, "maybe", {}, ["yes"], 2])(
  "a mapped box that holds %j is none",
  async (value) => {
    expect(await claims([order(value)], [{ field: "box" }])).toEqual([]);
  },
);

test("a value that the merchant named counts, and only that one", async () => {
  expect(await claims([order("SUBSCRIBED")], [{ field: "box", equals: "SUBSCRIBED" }])).toHaveLength(1);
  for (const value of ["subscribed", "NOT_SUBSCRIBED", true, "yes"])
    expect(await claims([order(value)], [{ field: "box", equals: "SUBSCRIBED" }]), String(value)).toEqual([]);
});

test("what is not mapped is no consent", async () => {
  expect(await claims([order(true)], [])).toEqual([]);
  expect(await claims([order(true)], [{ field: "another_box" }])).toEqual([]);
});

test("what was ticked for the order counts before what the account says", async () => {
  expect(await claims([order(false), customer(true)], [{ field: "box" }])).toEqual([]);
  expect(await claims([order(undefined), customer(true)], [{ field: "box" }])).toHaveLength(1);
});

test("a claim names its words, the moment of the order, where it can be looked up and who ticked", async () => {
  expect(await claims([order(true)], [{ field: "box" }])).toEqual([
    {
      ...WORDING,
      method: "checkout_box",
      occurredAt: new Date(event.data.order.placed_at),
      isTimeOfOrder: true,
      evidence: "tea delivery 42, field box",
      givenBy: { phones: ["+16505550003"] },
    },
  ]);
});

test("a field of the order that does not say yes takes back what it said before, and one that was not read does not (D 9.14)", async () => {
  const { ref } = event.data.order;
  const own = (value: unknown): PlatformEntity => ({ ...order(value), id: ref });
  const takenBack = { ...WORDING, evidence: "tea delivery 42, field box" };
  for (const value of [false, "no", "", null, undefined])
    expect(await consents([own(value)], [{ field: "box" }])).toEqual({ claims: [], takenBack: [takenBack] });
  expect(await consents([order(undefined)], [{ field: "box" }])).toEqual({ claims: [], takenBack: [] });
  expect((await consents([own(undefined), customer(true)], [{ field: "box" }])).takenBack).toEqual([]);
});
