import { randomUUID } from "node:crypto";
import {
  demoAccount,
  type StatusName,
  type StatusWebhookOptions,
  statusBatch,
  statusWebhook,
} from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptedMessages, type Sent } from "./accepted-messages.ts";
import { claim, orderPlaced, STORES, untilState } from "./engine.ts";
import { openShop, type Shop } from "./shop.ts";
import { fingerprintOf } from "./tables.ts";
import { countOf, deliver, quietSimulator, untilApplied, untilCount } from "./webhooks.ts";

const SECOND_WABA = { id: "102290129340399", name: "Lucky Shrub Cafe" };
const SECOND_NUMBER = { id: "106540352242923", displayPhoneNumber: "+1 555 078 3882" };
const SECOND_TOKEN = "SIM_TOKEN_lucky_cafe";
const NUMBERS = [
  { wabaId: demoAccount.waba.id, phoneNumberId: demoAccount.number.id },
  { wabaId: SECOND_WABA.id, phoneNumberId: SECOND_NUMBER.id },
];
/** One second for the whole file: the same status said in two seconds would be two statuses. */
const SAID_AT_SECONDS = Math.floor(Date.now() / 1_000);

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator({ sentMs: 5 }) });
    await connectSecondNumber(shop);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const states = async (messages: readonly Sent[]) => {
    const rows = await shop.store.query<{ message_id: string; state: string }>(
      "select message_id, state from webxkey.messages",
    );
    const byId = new Map(rows.map((row) => [row.message_id, row.state]));
    return messages.map(({ message_id }) => byId.get(message_id));
  };

  test("a webhook with 1,000 statuses over two WABAs is answered 200 and applied", async () => {
    const messages = await acceptedMessages(shop.store, 1_000);
    const body = statusBatch(1_000, (n) => statusOf(messages[n], "delivered"), NUMBERS);
    expect(body.entry.map((entry) => entry.id)).toEqual(NUMBERS.map(({ wabaId }) => wabaId));
    const postedAt = performance.now();
    expect(await deliver(shop.engine, body)).toBe(200);
    const answeredMs = performance.now() - postedAt;
    expect(await countOf(shop.store, "webxkey.inbox")).toBe(1);
    await untilApplied(shop.store);
    const appliedMs = performance.now() - postedAt;
    process.stdout.write(
      `1,000 statuses in one POST on ${name}: answered after ${answeredMs.toFixed()} ms, applied after ${appliedMs.toFixed()} ms\n`,
    );
    expect(new Set(await states(messages))).toEqual(new Set(["delivered"]));
    expect(await countOf(shop.store, "webxkey.statuses")).toBe(1_000);
    expect(await countOf(shop.store, "webxkey.quarantine")).toBe(0);
    expect((await shop.engine.call("POST", "/v1/audit/verify")).body).toMatchObject({ ok: true, faults: [] });
  });

  test("any order and repetition of sent, delivered, read and failed ends in the state of the highest", async () => {
    const orders = permutationsOfSubsets(["sent", "delivered", "read", "failed"]);
    const oneByOne = await acceptedMessages(shop.store, orders.length);
    const atOnce = await acceptedMessages(shop.store, orders.length);
    for (let turn = 0; turn < 4; turn++) {
      const said = orders.flatMap((order, index) => {
        const status = order[turn];
        return status ? [statusOf(oneByOne[index], status)] : [];
      });
      const body = statusBatch(said.length, (n) => said[n] as StatusWebhookOptions, NUMBERS);
      expect(await deliver(shop.engine, body)).toBe(200);
      await untilApplied(shop.store);
      // The same statuses in another body: it is not the body's hash that makes repetition harmless.
      expect(await deliver(shop.engine, { ...body, again: turn })).toBe(200);
    }
    const together = orders.flatMap((order, index) =>
      [...order, ...order].map((status) => statusOf(atOnce[index], status)),
    );
    await deliver(
      shop.engine,
      statusBatch(together.length, (n) => together[n] as StatusWebhookOptions, NUMBERS),
    );
    await untilApplied(shop.store);

    const highest = orders.map((order) =>
      ["read", "delivered", "failed", "sent"].find((one) => order.includes(one as StatusName)),
    );
    expect(await states(oneByOne)).toEqual(highest);
    expect(await states(atOnce)).toEqual(highest);
    const said = orders.flat().length;
    const ids = [...oneByOne, ...atOnce].map(({ attempt_id }) => `'${attempt_id}'`).join();
    expect(await countOf(shop.store, `webxkey.statuses where attempt_id in (${ids})`)).toBe(2 * said);
  });

  test("each new status is in the audit once, a repeated one is not", async () => {
    const [message] = await acceptedMessages(shop.store, 1);
    for (const again of [1, 2, 3])
      await deliver(shop.engine, { ...statusWebhook(statusOf(message, "read")), again });
    await untilApplied(shop.store);
    expect(
      await countOf(
        shop.store,
        `webxkey.audit_entries where object_id = '${message?.message_id}' and action = 'message.status'`,
      ),
    ).toBe(1);
  });

  test("a status is matched by our own id before its message id, and by the message id where it has none of ours", async () => {
    const { messageId, wamid } = await sendOne(shop);
    const [other] = await acceptedMessages(shop.store, 1);
    await deliver(shop.engine, statusWebhook({ ...statusOf(other, "read"), wamid }));
    await untilApplied(shop.store);
    expect(await states([other as Sent, { message_id: messageId, attempt_id: "" }])).toEqual([
      "read",
      "sent",
    ]);

    await deliver(shop.engine, statusWebhook({ status: "delivered", wamid, atSeconds: SAID_AT_SECONDS }));
    await untilApplied(shop.store);
    expect(await states([{ message_id: messageId, attempt_id: "" }])).toEqual(["delivered"]);
  });

  test("a status of a message that is not ours changes nothing", async () => {
    await untilApplied(shop.store);
    const tables = [
      "messages",
      "attempts",
      "statuses",
      "contacts",
      "contact_identities",
      "consents",
      "quarantine",
      "audit_entries",
    ];
    const before = await fingerprintOf(shop.store, tables);
    const foreign = [
      statusWebhook({ status: "read", wamid: "wamid.ofAnotherTool", atSeconds: SAID_AT_SECONDS }),
      statusWebhook({
        status: "failed",
        wamid: "wamid.x",
        callbackData: `v1.${randomUUID()}`,
        errorCode: 131050,
        atSeconds: SAID_AT_SECONDS,
      }),
      statusWebhook({
        status: "sent",
        wamid: "wamid.y",
        callbackData: "campaign-7",
        atSeconds: SAID_AT_SECONDS,
      }),
    ];
    for (const body of foreign) expect(await deliver(shop.engine, body)).toBe(200);
    await untilApplied(shop.store);
    expect(await fingerprintOf(shop.store, tables)).toEqual(before);
  });

  test("a status that comes before Meta's answer settles its attempt, and the answer does not take it back", async () => {
    await shop.simulator.inject({ kind: "webhook_before_response", count: 1 });
    const { messageId } = await publish(shop);
    await untilState(shop.engine, messageId, "sent");
    const attempts = `webxkey.attempts where message_id = '${messageId}'`;
    await untilCount(shop.store, 1, `${attempts} and outcome = 'accepted' and wamid_lookup is not null`);
    expect(await states([{ message_id: messageId, attempt_id: "" }])).toEqual(["sent"]);
    expect(await countOf(shop.store, attempts)).toBe(1);
  });

  test("a status settles an attempt whose answer was lost", async () => {
    await shop.simulator.inject({ kind: "no_statuses", count: 1 });
    await shop.simulator.inject({ kind: "truncated_json", count: 1 });
    const { messageId } = await publish(shop);
    await untilState(shop.engine, messageId, "unknown");
    const [attempt] = await shop.store.query<Sent>(
      `select attempt_id, message_id from webxkey.attempts where message_id = '${messageId}'`,
    );
    await deliver(shop.engine, statusWebhook(statusOf(attempt, "delivered")));
    const { message } = await untilState(shop.engine, messageId, "delivered");
    expect(message.reason).toBeNull();
  });
});

async function connectSecondNumber({ simulator, engine }: Shop): Promise<void> {
  const { app, portfolio } = demoAccount;
  await simulator.seed({
    wabas: [{ ...SECOND_WABA, portfolioId: portfolio.id, subscribedApps: [app.id] }],
    numbers: [{ ...SECOND_NUMBER, wabaId: SECOND_WABA.id }],
    tokens: [{ value: SECOND_TOKEN, appId: app.id, wabaIds: [SECOND_WABA.id] }],
  });
  const connected = await engine.call("POST", "/v1/senders", {
    waba_id: SECOND_WABA.id,
    phone_number_id: SECOND_NUMBER.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: SECOND_TOKEN,
  });
  if (connected.status !== 201) throw new Error(`connecting answered ${JSON.stringify(connected)}`);
}

function statusOf(message: Sent | undefined, status: StatusName): StatusWebhookOptions {
  return {
    status,
    wamid: `wamid.${message?.attempt_id}`,
    callbackData: `v1.${message?.attempt_id}`,
    atSeconds: SAID_AT_SECONDS,
    ...(status === "failed" && { errorCode: 131026 }),
  };
}

async function publish({ engine }: Shop): Promise<{ messageId: string }> {
  const { intents } = await engine.messaging.publish(orderPlaced(), { claims: [claim()] });
  return { messageId: intents[0]?.messageId ?? "" };
}

async function sendOne(shop: Shop): Promise<{ messageId: string; wamid: string }> {
  const { messageId } = await publish(shop);
  await untilState(shop.engine, messageId, "sent");
  const accepted = await shop.simulator.accepted();
  return { messageId, wamid: accepted.at(-1)?.wamid ?? "" };
}

/** Every order of every choice of these. */
function permutationsOfSubsets(names: readonly StatusName[]): StatusName[][] {
  return names.flatMap((name) => {
    const rest = permutationsOfSubsets(names.filter((other) => other !== name));
    return [[name], ...rest.map((order) => [name, ...order])];
  });
}
