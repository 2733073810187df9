import { statusWebhook, userPreferences } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState, WORDING } from "./engine.ts";
import {
  acceptedFor,
  consentsOf,
  happened,
  openShop,
  publishOne,
  refOf,
  type Shop,
  says,
  secondsAgo,
  stranger,
  webhooksApplied,
  written,
} from "./shop.ts";

const OPT_OUTS = [
  "STOP",
  "stop, please!",
  "නවත්වන්න",
  "நிறுத்து",
  "बंद करो",
  "darme de baja",
  "quero sair",
  "إلغاء الاشتراك",
  "arrêtez",
  "berhenti",
  "abmelden",
];

describe.each(STORES)("consent on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "order-shipped"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const claims = () => ({ claims: [claim()] });

  /** An order of this person with an opt-in of its own, sent and read. */
  async function orderedWithOptIn(phone: string) {
    const order = happened("order.placed", { phone });
    const { messageId } = await publishOne(shop, order, claims());
    await untilState(shop.engine, messageId, "read");
    return order;
  }

  const publishNext = (phone: string, options = {}) =>
    publishOne(shop, happened("order.placed", { phone }), options);

  test("without an opt-in the same order sends nothing, and the timeline says why in a sentence", async () => {
    const [withOptIn, without] = [stranger(), stranger()];
    const blocked = await publishNext(without);
    expect(blocked).toMatchObject({
      state: "blocked",
      reason: {
        code: "no_consent",
        sentence: "Not sent: the customer has not opted in to this kind of message.",
      },
    });
    // The worker has been round when a later order is read.
    await orderedWithOptIn(withOptIn);
    expect(await acceptedFor(shop, withOptIn)).toHaveLength(1);
    expect(await acceptedFor(shop, without)).toHaveLength(0);
    const { message, entries } = await untilState(shop.engine, blocked.messageId, "blocked");
    expect(message.reason?.sentence).toBe("Not sent: the customer has not opted in to this kind of message.");
    expect(entries.map(({ kind, sentence }) => [kind, sentence])).toEqual([
      ["event_seen", "Order placed in the shop."],
      ["decided", "Not sent: the customer has not opted in to this kind of message."],
    ]);
  });

  test("a claimed opt-in allows messages about its own order and about no other", async () => {
    const phone = stranger();
    const order = await orderedWithOptIn(phone);
    const shipped = await publishOne(shop, happened("order.shipped", { phone, ref: refOf(order) }));
    expect(shipped).toMatchObject({ state: "queued", reason: null });
    await untilState(shop.engine, shipped.messageId, "read");
    expect(await publishNext(phone)).toMatchObject({
      state: "blocked",
      reason: { code: "consent_other_order" },
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(2);
  });

  test("START from the phone after a claim confirms it, and the next order is told", async () => {
    const phone = stranger();
    const order = await orderedWithOptIn(phone);
    await says(shop, { phone, text: "START" });
    expect(await consentsOf(shop, order)).toEqual([
      "order-updates given claimed",
      "order-updates given confirmed",
    ]);
    const next = await publishNext(phone);
    expect(next).toMatchObject({ state: "queued" });
    const { entries } = await untilState(shop.engine, next.messageId, "read");
    expect(entries.find(({ kind }) => kind === "decided")?.sentence).toContain(`version ${WORDING.version}`);
  });

  test("START of a person who was never asked grants nothing", async () => {
    const phone = stranger();
    await says(shop, { phone, text: "START" });
    expect(await publishNext(phone)).toMatchObject({ reason: { code: "no_consent" } });
  });

  test("a stranger who once wrote STOP stays opted out, whatever a checkout claims for their phone", async () => {
    const phone = stranger();
    await says(shop, { phone, text: "STOP", at: secondsAgo(60) });
    const phoneBinding = await shop.engine.messaging.bindPhone(phone);
    for (const [way, made] of [
      ["a box of the checkout", claim()],
      ["a form bound to the phone", { ...claim(), method: "form" as const, givenBy: { phoneBinding } }],
    ] as const) {
      const intent = await publishNext(phone, { claims: [made] });
      expect(intent, way).toMatchObject({ state: "blocked", reason: { code: "consent_withdrawn" } });
    }
    await orderedWithOptIn(stranger());
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("a privacy officer opts nobody in who wrote STOP, but by naming the withdrawal that the person took back (D 1.5)", async () => {
    const phone = stranger();
    const identity = { kind: "phone", value: phone };
    await shop.engine.call("PUT", "/v1/members/user_privacy", { role: "privacy_officer" });
    const { purpose: _, ...wording } = WORDING;
    const grant = (more: object = {}) =>
      shop.engine.call<{ detail: string }>(
        "POST",
        "/v1/consents",
        {
          identity,
          channel: "whatsapp",
          wording,
          method: "admin",
          evidence: "signed form 7",
          reason: "asked for it at the desk",
          occurred_at: new Date().toISOString(),
          ...more,
        },
        "user_privacy",
      );
    const lastWithdrawal = async () => {
      const { body } = await shop.engine.call<{
        consents: { consent_id: string; state: string; purpose: string }[];
      }>("POST", "/v1/consents/show", { identity }, "user_privacy");
      return body.consents.findLast((one) => one.state === "withdrawn" && one.purpose === WORDING.purpose)
        ?.consent_id;
    };
    expect(await grant()).toMatchObject({ status: 201, body: { assurance: "attested" } });
    expect(await publishNext(phone)).toMatchObject({ state: "queued" });
    await says(shop, { phone, text: "STOP" });
    expect(await grant()).toMatchObject({ status: 409, body: { code: "conflict" } });
    const seen = await lastWithdrawal();
    // The person says STOP once more, after the officer has looked.
    await says(shop, { phone, text: "STOP" });
    expect(await grant({ lifts: seen })).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await publishNext(phone)).toMatchObject({ reason: { code: "consent_withdrawn" } });
    expect(await grant({ lifts: await lastWithdrawal() })).toMatchObject({ status: 201 });
    expect(await publishNext(phone)).toMatchObject({ state: "queued" });
  });

  test("START from the phone lifts its own STOP", async () => {
    const phone = stranger();
    await says(shop, { phone, text: "STOP", at: secondsAgo(60) });
    await publishNext(phone, claims());
    await says(shop, { phone, text: "START", at: secondsAgo(30) });
    const { messageId } = await publishNext(phone);
    await untilState(shop.engine, messageId, "read");
  });

  test("of two words in one webhook the later one counts", async () => {
    const [goes, comes] = [stranger(), stranger()];
    for (const phone of [goes, comes]) {
      await publishNext(phone, claims());
      await says(shop, { phone, text: "START", at: secondsAgo(120) });
    }
    const words = [
      { phone: goes, text: "START", at: secondsAgo(60) },
      { phone: goes, text: "STOP", at: secondsAgo(30) },
      { phone: comes, text: "STOP", at: secondsAgo(60) },
      { phone: comes, text: "START", at: secondsAgo(30) },
    ].map(written);
    const [first] = words;
    await shop.simulator.deliver({ ...first, entry: words.flatMap(({ entry }) => entry) });
    await webhooksApplied(shop);
    expect(await publishNext(goes)).toMatchObject({ reason: { code: "consent_withdrawn" } });
    expect(await publishNext(comes)).toMatchObject({ state: "queued" });
  });

  test.each(OPT_OUTS)("%s is an opt-out from everything", async (text) => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    await publishOne(shop, order, claims());
    await says(shop, { phone, text });
    expect(await consentsOf(shop, order)).toEqual([
      "order-updates given claimed",
      "order-updates withdrawn confirmed",
      "account withdrawn confirmed",
      "support withdrawn confirmed",
      "marketing withdrawn confirmed",
    ]);
    const shipped = await publishOne(shop, happened("order.shipped", { phone, ref: refOf(order) }), claims());
    expect(shipped).toMatchObject({ state: "blocked", reason: { code: "consent_withdrawn" } });
  });

  test("the stop button of a message is an opt-out", async () => {
    const phone = stranger();
    const order = await orderedWithOptIn(phone);
    await shop.simulator.phone(phone).tap("Stop updates");
    await webhooksApplied(shop);
    expect(await consentsOf(shop, order)).toContain("order-updates withdrawn confirmed");
    expect(await publishNext(phone, claims())).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test.each(["stop by at 5?", "when does it arrive?", "👍"])("%s is no opt-out", async (text) => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    await publishOne(shop, order, claims());
    await says(shop, { phone, text });
    expect(await consentsOf(shop, order)).toEqual(["order-updates given claimed"]);
  });

  test("an older START that arrives late never lifts a newer STOP", async () => {
    const phone = stranger();
    await publishNext(phone, claims());
    await says(shop, { phone, text: "STOP", at: secondsAgo(60) });
    await says(shop, { phone, text: "START", at: secondsAgo(120) });
    expect(await publishNext(phone)).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test.each([
    ["in one webhook", true],
    ["in two", false],
  ])("a START in the very second of a STOP, %s, lifts nothing", async (_, together) => {
    const phone = stranger();
    await publishNext(phone, claims());
    const at = secondsAgo(60);
    const [stop, start] = [written({ phone, text: "STOP", at }), written({ phone, text: "START", at })];
    const webhooks = together ? [{ ...stop, entry: [...stop.entry, ...start.entry] }] : [stop, start];
    for (const webhook of webhooks) {
      await shop.simulator.deliver(webhook);
      await webhooksApplied(shop);
    }
    expect(await publishNext(phone)).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test("WhatsApp's own stop withdraws marketing and nothing else", async () => {
    const phone = stranger();
    const order = await orderedWithOptIn(phone);
    await shop.simulator.deliver(
      userPreferences({ phone, value: "stop", atSeconds: Math.floor(Date.now() / 1_000) }),
    );
    await webhooksApplied(shop);
    expect(await consentsOf(shop, order)).toEqual([
      "order-updates given claimed",
      "marketing withdrawn confirmed",
    ]);
    const shipped = await publishOne(shop, happened("order.shipped", { phone, ref: refOf(order) }));
    await untilState(shop.engine, shipped.messageId, "read");
    await shop.simulator.deliver(
      userPreferences({ phone, value: "resume", atSeconds: Math.floor(Date.now() / 1_000) }),
    );
    await webhooksApplied(shop);
    // Whoever wants offers again must be asked by the shop: a switch in WhatsApp is no consent to anything.
    expect(await consentsOf(shop, order)).toHaveLength(2);
  });

  test.each(["failed_status", "graph_error"] as const)(
    "a %s that says that the person stopped marketing withdraws marketing and nothing else (D 5.2)",
    async (kind) => {
      const phone = stranger();
      await using _fault = await faulted({ kind, code: 131050, phone });
      const order = happened("order.placed", { phone });
      const { messageId } = await publishOne(shop, order, claims());
      await untilState(shop.engine, messageId, "failed");
      expect(await consentsOf(shop, order)).toEqual([
        "order-updates given claimed",
        "marketing withdrawn confirmed",
      ]);
      const shipped = await publishOne(shop, happened("order.shipped", { phone, ref: refOf(order) }));
      expect(shipped).toMatchObject({ state: "queued" });
    },
  );

  test("a number that changed hands suspends every consent until the person confirms again", async () => {
    const phone = stranger();
    const order = await orderedWithOptIn(phone);
    await shop.simulator.deliver(numberChanged(phone, stranger()));
    await webhooksApplied(shop);
    expect(await consentsOf(shop, order)).toContain("order-updates withdrawn confirmed");
    expect(await publishNext(phone, claims())).toMatchObject({
      state: "blocked",
      reason: { code: "number_given_up" },
    });
  });

  test("a held message is not sent when consent is withdrawn before it may go", async () => {
    const phone = stranger();
    await shop.simulator.setTemplateStatus("order_shipped", "PAUSED");
    await webhooksApplied(shop);
    const shipped = await publishOne(shop, happened("order.shipped", { phone }), claims());
    expect(shipped).toMatchObject({ state: "held", reason: { code: "template_not_approved" } });
    await says(shop, { phone, text: "STOP" });
    await shop.simulator.setTemplateStatus("order_shipped", "APPROVED");
    const { message } = await untilState(shop.engine, shipped.messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  async function faulted(fault: Parameters<Shop["simulator"]["inject"]>[0]) {
    const { remove } = await shop.simulator.inject(fault);
    return { [Symbol.asyncDispose]: remove };
  }
});

/** Meta's system message about a new number, in the documented shape. */
function numberChanged(phone: string, to: string) {
  const body = statusWebhook({ status: "sent", phone });
  const value = body.entry[0]?.changes[0]?.value ?? {};
  const { statuses: _, ...rest } = value;
  const digits = phone.replace("+", "");
  const message = {
    from: digits,
    id: `wamid.changed${digits}`,
    timestamp: String(Math.floor(Date.now() / 1_000)),
    type: "system",
    system: {
      body: "The person changed their number.",
      wa_id: to.replace("+", ""),
      type: "user_changed_number",
    },
  };
  return {
    object: body.object,
    entry: [
      { id: body.entry[0]?.id, changes: [{ field: "messages", value: { ...rest, messages: [message] } }] },
    ],
  };
}
