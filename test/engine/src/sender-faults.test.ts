import { demoAccount, type GraphSimulator } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import { claim, connectDemo, type Engine, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
  untilReason,
} from "./shop.ts";

const { app, waba, number, token } = demoAccount;
const TOKEN = { ...token, scopes: [...token.scopes], appId: app.id, wabaIds: [waba.id] };
const claims = () => ({ claims: [claim()] });

const order = (shop: Shop, phone = stranger()) =>
  publishOne(shop, happened("order.placed", { phone }), claims());

interface Listed {
  readonly sender_id: string;
  readonly state: string;
  readonly in_use: boolean;
  readonly phone_number_id: string;
}

async function sendersOf({ engine }: Pick<Shop, "engine">): Promise<readonly Listed[]> {
  return (await engine.call<{ senders: Listed[] }>("GET", "/v1/senders")).body.senders;
}

/** The app's secret as it is after somebody has reset it at Meta. */
async function resetSecret(simulator: GraphSimulator, secret: string, more: object = {}): Promise<void> {
  await simulator.seed({ apps: [{ ...app, secret, ...more }], tokens: [TOKEN] });
}

const connect = (engine: Engine, change: object = {}) =>
  engine.call<{ sender_id: string; detail: string }>("POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
    ...change,
  });

describe.each(STORES)("a fault of the number, the account or the app on %s", (name) => {
  test("an app secret that was reset at Meta holds the number and its messages, and they are sent after reconnecting (D 5.1)", async () => {
    await using shop = await openShop(name);
    await resetSecret(shop.simulator, "reset_at_meta");
    const phones = [stranger(), stranger()];
    const first = await order(shop, phones[0]);
    const { message } = await untilState(shop.engine, first.messageId, "held");
    expect(message.reason).toMatchObject({ code: "sender_app_secret_invalid" });
    expect(message.reason?.sentence).toContain("app secret");
    expect(await sendersOf(shop)).toMatchObject([{ state: "app_secret_invalid" }]);
    const second = await order(shop, phones[1]);
    expect(second).toMatchObject({ state: "held", reason: { code: "sender_app_secret_invalid" } });

    expect(await connect(shop.engine, { app_secret: "reset_at_meta" })).toMatchObject({ status: 201 });
    for (const { messageId } of [first, second]) await untilState(shop.engine, messageId, "read");
    for (const phone of phones) expect(await acceptedFor(shop, phone)).toHaveLength(1);
    expect(await auditOf(shop, second.messageId)).toContainEqual(
      expect.objectContaining({ action: "message.requeued", outcome: "sender_app_secret_invalid" }),
    );
  });

  test("a token that Meta wants to be proven is a fault of the number too (D 5.1)", async () => {
    await using shop = await openShop(name);
    await shop.store.query("delete from webxkey.secrets where name = 'app_secret'");
    await resetSecret(shop.simulator, app.secret, { requireAppSecretProof: true });
    const { messageId } = await order(shop);
    const { message } = await untilState(shop.engine, messageId, "held");
    expect(message.reason).toMatchObject({ code: "sender_app_secret_invalid" });
  });

  test("a secret that was entered for one number sends from all numbers of its app again (D 5.1)", async () => {
    await using shop = await openShop(name);
    const second = { id: "106540352242977", displayPhoneNumber: "+1 555 078 3977" };
    await shop.simulator.seed({ numbers: [{ ...second, wabaId: waba.id }] });
    expect(await connect(shop.engine, { phone_number_id: second.id })).toMatchObject({ status: 201 });
    await resetSecret(shop.simulator, "reset_at_meta");
    const { messageId } = await order(shop);
    await untilState(shop.engine, messageId, "held");
    expect((await sendersOf(shop)).map(({ state }) => state)).toEqual([
      "app_secret_invalid",
      "app_secret_invalid",
    ]);
    await connect(shop.engine, { phone_number_id: second.id, app_secret: "reset_at_meta" });
    expect((await sendersOf(shop)).map(({ state }) => state)).toEqual(["connected", "connected"]);
    await untilState(shop.engine, messageId, "read");
  });

  test("a refusal that is no fault of the message leaves it waiting (D 5.1)", async () => {
    await using shop = await openShop(name);
    for (const code of [10, 131042, 131031, 368, 131045, 132000, 132001, 132007, 132012, 131063, 132068]) {
      await shop.simulator.inject({ kind: "graph_error", code, count: 1 });
      const { messageId } = await order(shop);
      await untilReason(shop, messageId, code < 131063 ? "waiting_for_sender" : "waiting_for_template");
      await shop.store.query("update webxkey.sender_paces set paused_until = null");
      await shop.store.query("delete from webxkey.template_pauses");
    }
  });

  test("what waited for an account is due as soon as its number is connected again (D 5.3)", async () => {
    await using shop = await openShop(name);
    const payment = await shop.simulator.inject({ kind: "graph_error", code: 131042 });
    const phone = stranger();
    const { messageId } = await order(shop, phone);
    await untilReason(shop, messageId, "waiting_for_sender");
    await payment.remove();
    await connectDemo(shop.engine, []);
    await untilState(shop.engine, messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a renewal that fails leaves the number sending with what it has (D 5.3)", async () => {
    await using shop = await openShop(name);
    const before = await sendersOf(shop);
    await shop.simulator.seed({ tokens: [{ ...TOKEN, value: "SIM_TOKEN_renewed" }] });
    // Meta does not get through to the webhook, so that nothing but the last step fails.
    const fault = await shop.simulator.inject({ kind: "reset_before", routes: "all" });
    expect((await connect(shop.engine, { access_token: "SIM_TOKEN_renewed" })).status).toBe(502);
    await fault.remove();
    expect((await connect(shop.engine, { access_token: "SIM_TOKEN_wrong" })).status).toBe(422);
    expect(await sendersOf(shop)).toEqual(before);
    const { messageId } = await order(shop);
    await untilState(shop.engine, messageId, "read");
  });
});
