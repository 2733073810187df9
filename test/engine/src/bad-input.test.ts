import { EVENT_TYPES, starterRules } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import { acceptedFor, auditOf, happened, openShop, publishOne, type Shop, stranger } from "./shop.ts";

const claims = () => ({ claims: [claim()] });
const SERVICE = "service_key";

/** Rules whose mapping a merchant wrote badly. */
const rules = starterRules.map((rule) => {
  if (rule.id === "order-shipped") {
    return {
      ...rule,
      params: (...given: Parameters<typeof rule.params>) => ({
        ...rule.params(...given),
        // Works on the sample of the preview and not on a real order.
        ...(given[0].recipient.name === "Canaryfirst" && { order_code: "" }),
      }),
    };
  }
  if (rule.id !== "order-delivered") return rule;
  return {
    ...rule,
    params: (...given: Parameters<typeof rule.params>) => {
      if (given[0].recipient.name === "Canaryfirst") throw new Error("Canaryfirst has no tracking number");
      return rule.params(...given);
    },
  };
});

describe.each(STORES)("bad input on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { rules, on: ["order-confirmation", "order-shipped", "order-delivered"] });
    await shop.store.query(
      `insert into webxkey.members (workspace_id, user_id, role, subject_id)
       values ('shop', $1, 'service', gen_random_uuid())`,
      [SERVICE],
    );
  });
  afterAll(async () => {
    // Nothing of all this crashed the engine, was sent, or broke the chain.
    const good = await publishOne(shop, happened("order.placed", { phone: stranger() }), claims());
    await untilState(shop.engine, good.messageId, "read");
    expect(await shop.simulator.accepted()).toHaveLength(1);
    expect(await shop.engine.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
    await shop[Symbol.asyncDispose]();
  });

  const post = (body: unknown) => shop.engine.call("POST", "/v1/events", body, SERVICE);
  const placed = () => happened("order.placed", { phone: stranger() });

  test("an event type that nobody knows is refused, over HTTP with 422, naming the field and the known types", async () => {
    const event = { ...placed(), type: "order.teleported" };
    await expect(shop.engine.messaging.publish(event)).rejects.toMatchObject({
      code: "unknown_event_type",
      fields: [{ pointer: "/type", detail: expect.stringContaining(EVENT_TYPES.join(", ")) }],
    });
    expect(await post(event)).toMatchObject({
      status: 422,
      body: {
        type: "urn:webxkey:problem:unknown_event_type",
        code: "unknown_event_type",
        fields: [{ pointer: "/type" }],
      },
    });
  });

  test.each<[what: string, body: unknown, pointer: string]>([
    ["a text", "order.placed", ""],
    ["null", null, ""],
    ["a list", [placed()], ""],
    ["an object without anything", {}, "/specversion"],
    ["another version of CloudEvents", { ...placed(), specversion: "0.3" }, "/specversion"],
    ["an event without an id", { ...placed(), id: undefined }, "/id"],
    ["a time that is none", { ...placed(), time: "yesterday" }, "/time"],
    ["an event without data", { ...placed(), data: undefined }, "/data"],
    [
      "data with a field that is not of the type",
      { ...placed(), data: { ...placed().data, token: "x" } },
      "/data/token",
    ],
    [
      "a phone that is no E.164",
      { ...placed(), data: { ...placed().data, recipient: { phone: "(650) 555-1234" } } },
      "/data/recipient/phone",
    ],
    [
      "a phone beside a problem with the phone",
      {
        ...placed(),
        data: { ...placed().data, recipient: { phone: stranger(), phone_problem: "missing" } },
      },
      "/data/recipient/phone_problem",
    ],
  ])("%s is no event: it is refused and the field at fault is named", async (_what, body, pointer) => {
    const field = expect.objectContaining({ pointer, detail: expect.stringMatching(/\S/) });
    await expect(shop.engine.messaging.publish(body)).rejects.toMatchObject({
      code: "invalid_event",
      fields: expect.arrayContaining([field]),
    });
    expect(await post(body ?? null)).toMatchObject({
      status: 400,
      body: { code: "invalid_event", fields: expect.arrayContaining([field]) },
    });
  });

  test("an order without any phone is recorded and blocked with a sentence", async () => {
    const intent = await publishOne(shop, happened("order.placed"), claims());
    expect(intent).toMatchObject({
      state: "blocked",
      reason: { code: "phone_missing", sentence: expect.stringContaining("has no phone number") },
    });
    const { message } = await untilState(shop.engine, intent.messageId, "blocked");
    expect(message.reason?.code).toBe("phone_missing");
    expect(await auditOf(shop, intent.messageId)).toMatchObject([{ outcome: "blocked:phone_missing" }]);
  });

  test("a phone that cannot be read is recorded and blocked with what to do", async () => {
    const intent = await publishOne(
      shop,
      happened("order.placed", { phoneProblem: "unparseable" }),
      claims(),
    );
    expect(intent).toMatchObject({
      state: "blocked",
      reason: { code: "phone_unparseable", sentence: expect.stringContaining("Correct it in the order") },
    });
  });

  test("an order that lacks a value of the template is blocked, and the value named", async () => {
    const phone = stranger();
    const intent = await publishOne(shop, happened("order.shipped", { phone }), claims());
    expect(intent).toMatchObject({
      state: "blocked",
      reason: { code: "parameter_missing", sentence: expect.stringContaining("order_code") },
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("a mapping that throws blocks its message and keeps nothing of what it threw", async () => {
    const intent = await publishOne(shop, happened("order.delivered", { phone: stranger() }), claims());
    expect(intent).toMatchObject({ state: "blocked", reason: { code: "params_failed" } });
    const timeline = await untilState(shop.engine, intent.messageId, "blocked");
    expect(JSON.stringify(timeline)).not.toContain("Canaryfirst");
  });

  test("a bad event among good ones at the same time fails alone", async () => {
    const events = [happened("order.placed"), { ...placed(), time: "never" }, happened("order.placed")];
    const told = await Promise.allSettled(events.map((event) => shop.engine.messaging.publish(event)));
    expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
