import { secret } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { cloudevents } from "../src/index.ts";
import { cloudEvent, cloudPlatform } from "./platforms/cloudevents.ts";
import { connectorOf, hostOf, NOW, paidOrder } from "./platforms/platform.ts";

const connector = connectorOf(cloudPlatform);
const told = (value: unknown, type?: string) =>
  cloudevents.told(cloudPlatform.delivery(JSON.stringify(value), type));
const BATCH = "application/cloudevents-batch+json";

describe("what is kept of a sender's event", () => {
  test("is nothing of an id that holds somebody's address", () => {
    const event = { ...cloudEvent(paidOrder), id: "order-of-sheena@example.com" };
    expect(JSON.stringify(connector.facts(event.type, event))).not.toMatch(/sheena|6505551234/);
  });

  test("differs for another source with the same id, and for the same id under another source of the shop not", async () => {
    const event = cloudEvent(paidOrder);
    const [fact] = connector.facts(event.type, event);
    const [other] = connector.facts(event.type, { ...event, source: "/tea/other-program" });
    expect(fact?.key).not.toBe(other?.key);
    if (!fact) throw new Error("no fact");
    expect(await connector.read(fact, hostOf({ [`event/${fact.entityId}`]: event }))).toMatchObject({
      source: connector.source,
    });
  });
});

test("a delivery that was well signed is refused more than five minutes later, and as long before", () => {
  const { connector, signs, delivery } = cloudPlatform;
  const { proof } = connector;
  const [current = ""] = signs?.secrets ?? [];
  if (proof.kind !== "signature" || !signs) throw new Error("CloudEvents are signed.");
  const posted = delivery(JSON.stringify(cloudEvent(paidOrder)));
  const headers = new Headers({ ...Object.fromEntries(posted.headers), ...signs.sign(posted, current) });
  const signedAt = Number(headers.get("webhook-timestamp")) * 1_000;
  const at = (seconds: number) =>
    proof.verify({ ...posted, headers }, [secret(current)], new Date(signedAt + seconds * 1_000));
  expect(proof.verify({ ...posted, headers }, [secret(current)], NOW)).toBe(true);
  expect([-301, -300, 0, 300, 301].map(at)).toEqual([false, true, true, true, false]);
});

describe("a batch", () => {
  const events = [cloudEvent(paidOrder), cloudEvent({ ...paidOrder, type: "order.shipped" })];

  test("tells of each of its events", () => {
    expect(told(events, BATCH)).toMatchObject({
      acts: [{ hostEvent: "order.paid" }, { hostEvent: "order.shipped" }],
    });
  });

  test("that holds one event that is none is malformed as a whole", () => {
    expect(told([...events, {}], BATCH)).toEqual({ kind: "malformed" });
    expect(told([...events, { ...events[0], type: "order.exploded" }], BATCH)).toEqual({ kind: "malformed" });
  });

  test("is taken up to 100 events, and an empty one tells nothing", () => {
    expect(told(Array(100).fill(events[0]), BATCH)).toMatchObject({ kind: "acts" });
    expect(told(Array(101).fill(events[0]), BATCH)).toEqual({ kind: "malformed" });
    expect(told([], BATCH)).toEqual({ kind: "acts", acts: [], entities: [] });
  });
});

test.each(["text/plain", "application/jsonp", "application/xml", ""])(
  "a content type that is none of theirs is malformed: %j",
  (type) => {
    expect(told(cloudEvent(paidOrder), type)).toEqual({ kind: "malformed" });
  },
);
