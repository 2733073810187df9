import type { SimulatedPhone } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, webhooksApplied } from "./shop.ts";
import { countOf } from "./webhooks.ts";

const WITHDRAWN = { state: "blocked", reason: { code: "consent_withdrawn" } };

type Said = [what: string, say: (phone: SimulatedPhone) => Promise<unknown>];
const interactive = (reply: object) => ({ type: "interactive", interactive: reply });

const STOPS: Said[] = [
  ["the caption of a picture", (phone) => phone.send({ type: "image", image: { id: "1", caption: "STOP" } })],
  [
    "the caption of a document",
    (phone) => phone.send({ type: "document", document: { id: "1", caption: "unsubscribe" } }),
  ],
  [
    "an edit of an earlier message",
    async (phone) => {
      const { wamid } = await phone.reply("When does it come?");
      const message = { type: "text", text: { body: "STOP" } };
      await phone.send({ type: "edit", edit: { original_message_id: wamid, message } });
    },
  ],
  [
    "the payload of a button whose label is in another language",
    (phone) => phone.send({ type: "button", button: { text: "Genug davon", payload: "STOP:1042" } }),
  ],
  [
    "a row of a list",
    (phone) =>
      phone.send(interactive({ type: "list_reply", list_reply: { id: "opt_out", title: "Option 3" } })),
  ],
  [
    "the answer of a flow",
    (phone) =>
      phone.send(
        interactive({
          type: "nfm_reply",
          nfm_reply: { name: "flow", body: "Sent", response_json: '{"flow_token":"t","choice":"0_Stop"}' },
        }),
      ),
  ],
  ["a stop sign put on our message", (phone) => phone.react("🛑")],
  [
    "the note of an order",
    (phone) => phone.send({ type: "order", order: { catalog_id: "1", text: "stop messages" } }),
  ],
  [
    "a text while Meta's business agent holds the chat",
    async (phone) => {
      await phone.heldByAgent(true);
      await phone.reply("STOP");
    },
  ],
];

const DAY_MS = 86_400_000;
const text = (body: string) => ({ type: "text", text: { body } });

const OLD_STOPS: Said[] = [
  [
    "a STOP in a chat from before the number was connected",
    (phone) => phone.shareOldChat([{ message: text("STOP"), agoMs: 100 * DAY_MS }]),
  ],
  [
    "a caption in an old chat of somebody who hides their number",
    async (phone) => {
      await phone.change({ userIdMode: "username_without_phone" });
      const message = { type: "image", image: { id: "1", caption: "STOP" } };
      await phone.shareOldChat([{ message, agoMs: DAY_MS }]);
    },
  ],
  [
    "a STOP in an old chat after which a START stands there too",
    (phone) =>
      phone.shareOldChat([
        { message: text("START"), agoMs: DAY_MS },
        { message: text("STOP"), agoMs: 2 * DAY_MS },
      ]),
  ],
];

const NO_STOPS: Said[] = [
  [
    "what the shop wrote in an old chat",
    (phone) =>
      phone.shareOldChat([
        { message: text("STOP"), byShop: true, agoMs: DAY_MS },
        { message: text("Thanks!"), agoMs: DAY_MS },
      ]),
  ],
  [
    "a STOP in an old chat, older than the START that the person wrote,",
    async (phone) => {
      await phone.reply("START");
      await phone.shareOldChat([{ message: text("STOP"), agoMs: DAY_MS }]);
    },
  ],
  [
    "what may mean stop in an old chat, older than the START that the person wrote,",
    async (phone) => {
      await phone.reply("START");
      await phone.shareOldChat([{ message: text("cancel"), agoMs: DAY_MS }]);
    },
  ],
  ["a smile put on our message", (phone) => phone.react("👍")],
  [
    "the payload of a button that cancels an order",
    (phone) => phone.send({ type: "button", button: { text: "Cancel the order", payload: "CANCEL:1042" } }),
  ],
  [
    "a place with Stop in its name",
    (phone) => phone.send({ type: "location", location: { latitude: 1, longitude: 2, name: "Bus Stop" } }),
  ],
  ["what the agent answered", (phone) => phone.send({ type: "text", is_echo: true, text: { body: "STOP" } })],
];

describe.each(STORES)("a stop in any place, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const order = (phone: string) =>
    publishOne(shop, happened("order.placed", { phone }), { claims: [claim()] });

  async function afterSaying(say: Said[1]) {
    const phone = stranger();
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "read");
    await say(shop.simulator.phone(phone));
    await webhooksApplied(shop);
    return await order(phone);
  }

  test.each([...STOPS, ...OLD_STOPS])("%s stops what is sent (D 1.3)", async (_what, say) => {
    expect(await afterSaying(say)).toMatchObject(WITHDRAWN);
  });

  test.each(NO_STOPS)("%s stops nothing (D 1.3)", async (_what, say) => {
    expect(await afterSaying(say)).toMatchObject({ state: "queued" });
  });

  test("a STOP under standby is applied before other webhooks (D 1.3)", async () => {
    const phone = shop.simulator.phone(stranger());
    await phone.heldByAgent(true);
    const before = await countOf(shop.store, "webxkey.inbox where lane = 0");
    await phone.reply("STOP");
    await webhooksApplied(shop);
    expect(await countOf(shop.store, "webxkey.inbox where lane = 0")).toBe(before + 1);
  });

  test("what may mean stop in an old chat holds what is sent, and is on the list (D 1.3)", async () => {
    const said = (phone: SimulatedPhone) =>
      phone.shareOldChat([{ message: text("STOP I never ordered anything"), agoMs: 30 * DAY_MS }]);
    expect(await afterSaying(said)).toMatchObject({ state: "held", reason: { code: "opt_out_unsure" } });
    const { body } = await shop.engine.call<{ unsure: { text: string; written_at: string }[] }>(
      "GET",
      "/v1/unsure",
    );
    const found = body.unsure.find(({ text }) => text === "STOP I never ordered anything");
    expect(Date.now() - Date.parse(found?.written_at ?? "")).toBeGreaterThan(29 * DAY_MS);
  });

  test("an old chat that says START lifts no stop, and opens no case of its own (D 1.3)", async () => {
    const said = async (phone: SimulatedPhone) => {
      await phone.reply("STOP");
      await phone.shareOldChat([{ message: text("START"), agoMs: 0 }]);
    };
    expect(await afterSaying(said)).toMatchObject(WITHDRAWN);
  });

  test("old chats are nobody's answers, and whom they say nothing of is not stored (D 1.3)", async () => {
    const before = await countOf(shop.store, "webxkey.contacts");
    const answers = await countOf(shop.store, "webxkey.inbound_messages where reading = 'none'");
    await shop.simulator.phone(stranger()).shareOldChat([{ message: text("Where are you?"), agoMs: DAY_MS }]);
    await webhooksApplied(shop);
    expect(await countOf(shop.store, "webxkey.contacts")).toBe(before);
    expect(await countOf(shop.store, "webxkey.inbound_messages where reading = 'none'")).toBe(answers);
  });

  test("the check of a number says that Meta's business agent holds chats (D 7)", async () => {
    await shop.simulator.phone(stranger()).heldByAgent(true);
    await webhooksApplied(shop);
    const { body } = await shop.engine.call<{ senders: { sender_id: string }[] }>("GET", "/v1/senders");
    const checked = await shop.engine.call<{ checks: { id: string; ok: boolean; sentence: string }[] }>(
      "POST",
      `/v1/senders/${body.senders[0]?.sender_id}/check`,
    );
    expect(checked.body.checks.find(({ id }) => id === "business_agent")).toMatchObject({
      ok: true,
      sentence: expect.stringContaining("Meta Business Agent answers customers of this number"),
    });
  });

  test("an old number is not called opted out when its person took another (D 10.8)", async () => {
    const [before, after] = [stranger(), stranger()];
    const { messageId } = await order(before);
    await untilState(shop.engine, messageId, "read");
    await shop.simulator.phone(before).changeNumber(after);
    await webhooksApplied(shop);
    expect(await order(before)).toMatchObject({ state: "blocked", reason: { code: "number_given_up" } });
  });
});
