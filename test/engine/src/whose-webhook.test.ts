import {
  demoAccount,
  encodeWebhook,
  inboundText,
  signWebhook,
  statusWebhook,
  type WebhookBody,
} from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cafe, credentialsOf, openTwoClients, type TwoClients } from "./clients.ts";
import { claim, type Engine, orderPlaced, STORES, untilState } from "./engine.ts";
import { fingerprintOf } from "./tables.ts";
import { countOf, deliver, postWebhook, untilApplied } from "./webhooks.ts";

/** What may not change when somebody speaks for another's number. */
const STATE = [
  "messages",
  "attempts",
  "statuses",
  "inbound_messages",
  "contacts",
  "contact_identities",
  "consents",
  "templates",
  "senders",
  "audit_entries",
];
const SHOP = { wabaId: demoAccount.waba.id, phoneNumberId: demoAccount.number.id };
const CAFE = { wabaId: cafe.waba.id, phoneNumberId: cafe.number.id };
const CAFE_TEMPLATE_ID = 880_000_000_000;
const nowSeconds = () => Math.floor(Date.now() / 1_000);

describe.each(STORES)("on %s", (name) => {
  let clients: TwoClients;
  let cafesMessage: { messageId: string; attemptId: string; wamid: string };
  beforeAll(async () => {
    clients = await openTwoClients(name);
    await clients.shop.startWorker();
    cafesMessage = await send(clients.cafe);
  });
  afterAll(() => clients[Symbol.asyncDispose]());

  async function send(engine: Engine) {
    const { intents } = await engine.messaging.publish(orderPlaced(), { claims: [claim()] });
    const messageId = intents[0]?.messageId ?? "";
    const { entries } = await untilState(engine, messageId, "accepted");
    const attemptId = String(entries.find(({ kind }) => kind === "attempted")?.detail["attempt_id"]);
    const wamid = (await clients.simulator.accepted()).at(-1)?.wamid ?? "";
    return { messageId, attemptId, wamid };
  }

  const stop = (of: { wabaId: string; phoneNumberId: string }) =>
    inboundText({
      ...of,
      phone: "+16505550199",
      text: "STOP",
      wamid: `wamid.stop${nowSeconds()}${Math.random()}`,
      atSeconds: nowSeconds(),
    });
  const paused = (wabaId: string): WebhookBody => ({
    object: "whatsapp_business_account",
    entry: [
      {
        id: wabaId,
        changes: [
          {
            field: "message_template_status_update",
            value: {
              event: "PAUSED",
              message_template_id: CAFE_TEMPLATE_ID,
              message_template_name: "order_confirmation",
              message_template_language: "en",
            },
          },
        ],
      },
    ],
  });
  const read = () =>
    statusWebhook({
      ...CAFE,
      status: "read",
      wamid: cafesMessage.wamid,
      callbackData: `v1.${cafesMessage.attemptId}`,
      atSeconds: nowSeconds(),
    });

  /** Answered 200, kept aside once a change, and nothing else is different. */
  async function expectKeptAside(body: WebhookBody, secret: string, changes = 1): Promise<void> {
    await untilApplied(clients.store);
    const aside = await countOf(clients.store, "webxkey.quarantine where reason = 'not_connected'");
    const before = await fingerprintOf(clients.store, STATE);
    for (const engine of [clients.shop, clients.cafe]) expect(await deliver(engine, body, secret)).toBe(200);
    await untilApplied(clients.store);
    expect(await countOf(clients.store, "webxkey.quarantine where reason = 'not_connected'")).toBe(
      aside + changes,
    );
    expect(await fingerprintOf(clients.store, STATE)).toEqual(before);
  }

  test.each<[string, () => WebhookBody]>([
    ["a status of its message", () => read()],
    ["a STOP to its number", () => stop(CAFE)],
    ["a change of its template", () => paused(CAFE.wabaId)],
    [
      "an account update",
      () => ({
        object: "whatsapp_business_account",
        entry: [
          { id: CAFE.wabaId, changes: [{ field: "account_update", value: { event: "DISABLED_UPDATE" } }] },
        ],
      }),
    ],
  ])(
    "a webhook for another client's number, signed with one's own app, changes nothing: %s",
    async (_what, body) => {
      await expectKeptAside(body(), demoAccount.app.secret);
    },
  );

  test.each<[string, () => WebhookBody]>([
    ["its number with another account", () => stop({ ...CAFE, wabaId: SHOP.wabaId })],
    ["its account with another number", () => stop({ ...CAFE, phoneNumberId: SHOP.phoneNumberId })],
    ["an account that nobody connected", () => paused("102290129349999")],
    ["a number that nobody connected", () => stop({ ...CAFE, phoneNumberId: "106540352249999" })],
  ])("a webhook of the right app that names %s changes nothing", async (_what, body) => {
    await expectKeptAside(body(), cafe.app.secret);
  });

  test("a status for another client's attempt changes nothing, though it comes for one's own number", async () => {
    await untilApplied(clients.store);
    const before = await fingerprintOf(clients.store, STATE);
    for (const callbackData of [`v1.${cafesMessage.attemptId}`, undefined]) {
      const body = statusWebhook({
        ...SHOP,
        status: "read",
        wamid: cafesMessage.wamid,
        atSeconds: nowSeconds(),
        ...(callbackData && { callbackData }),
      });
      expect(await deliver(clients.shop, body)).toBe(200);
    }
    await untilApplied(clients.store);
    expect(await fingerprintOf(clients.store, STATE)).toEqual(before);
  });

  test("of a body that speaks for both, only the part of the app that signed it is applied", async () => {
    const inbound = await countOf(clients.store, "webxkey.inbound_messages");
    const aside = await countOf(clients.store, "webxkey.quarantine");
    const body = { object: "whatsapp_business_account", entry: [...stop(CAFE).entry, ...stop(SHOP).entry] };
    expect(await deliver(clients.shop, body)).toBe(200);
    await untilApplied(clients.store);
    expect(await countOf(clients.store, "webxkey.inbound_messages")).toBe(inbound + 1);
    expect(await countOf(clients.store, "webxkey.inbound_messages where workspace_id = 'cafe'")).toBe(0);
    expect(await countOf(clients.store, "webxkey.quarantine")).toBe(aside + 1);
  });

  test("signed with the app that connected the number, each of them is applied, even the very bytes that another app signed before", async () => {
    const bytes = encodeWebhook(stop(CAFE));
    await expectKeptAside(JSON.parse(bytes.toString()) as WebhookBody, demoAccount.app.secret);
    expect(await postWebhook(clients.shop, bytes, signWebhook(cafe.app.secret, bytes))).toBe(200);
    expect(await deliver(clients.shop, read(), cafe.app.secret)).toBe(200);
    await untilState(clients.cafe, cafesMessage.messageId, "read");
    await deliver(clients.shop, paused(CAFE.wabaId), cafe.app.secret);
    await untilApplied(clients.store);
    expect(
      await countOf(clients.store, "webxkey.templates where workspace_id = 'cafe' and status = 'PAUSED'"),
    ).toBe(1);
    expect(
      await countOf(clients.store, "webxkey.templates where workspace_id = 'shop' and status = 'PAUSED'"),
    ).toBe(0);
    expect(
      await countOf(
        clients.store,
        "webxkey.inbound_messages where workspace_id = 'cafe' and reading = 'opt_out'",
      ),
    ).toBe(1);
    expect(
      await countOf(clients.store, "webxkey.consents where workspace_id = 'cafe' and state = 'withdrawn'"),
    ).toBeGreaterThan(0);
  });

  test("a number of another workspace is refused with 409, and none of its credentials are stored", async () => {
    const secrets = await fingerprintOf(clients.store, ["secrets", "senders", "sender_routes"]);
    const refused = await clients.shop.call("POST", "/v1/senders", credentialsOf(cafe));
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: "conflict",
        detail: "This phone number is connected in another workspace. Disconnect it there first.",
      },
    });
    expect(await fingerprintOf(clients.store, ["secrets", "senders", "sender_routes"])).toEqual(secrets);
  });

  test("ids of another workspace are answered 404, whoever asks", async () => {
    const { body } = await clients.cafe.call<{ senders: { sender_id: string }[] }>("GET", "/v1/senders");
    const foreign = cafesMessage.messageId;
    const calls: [string, string][] = [
      ["GET", `/v1/messages/${foreign}/timeline`],
      ["POST", `/v1/messages/${foreign}/release`],
      ["POST", `/v1/messages/${foreign}/cancel`],
      ["POST", `/v1/senders/${body.senders[0]?.sender_id}/check`],
    ];
    for (const [method, path] of calls) {
      expect(await clients.shop.call(method, path)).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
    }
  });

  test("lists and timelines show nothing of another workspace", async () => {
    const own = await send(clients.shop);
    const { body: list } = await clients.shop.call<{ messages: { message_id: string }[] }>(
      "GET",
      "/v1/messages",
    );
    expect(list.messages.map(({ message_id }) => message_id)).toEqual([own.messageId]);
    const [row] = await clients.store.query<{ ref: string }>(
      "select entity_ref as ref from webxkey.events where workspace_id = 'cafe'",
    );
    expect(await clients.shop.call("GET", `/v1/entities/order/${row?.ref}/timeline`)).toMatchObject({
      body: { messages: [], entries: [] },
    });
    expect(
      await clients.shop.call("GET", `/v1/consents?entity_type=order&entity_ref=${row?.ref}`),
    ).toMatchObject({ body: { consents: [] } });
  });
});
