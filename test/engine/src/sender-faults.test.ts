import { demoAccount, type GraphSimulator } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import { cafe, openTwoClients } from "./clients.ts";
import { claim, connectDemo, type Engine, STORES, startEngine, untilState } from "./engine.ts";
import {
  acceptedFor,
  askForChore,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
  until,
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

  test("a renewal whose last step fails leaves the number sending with what it has (D 5.3)", async () => {
    await using shop = await openShop(name);
    const before = await sendersOf(shop);
    await shop.simulator.seed({ tokens: [{ ...TOKEN, value: "SIM_TOKEN_renewed" }] });
    // Meta does not get through to this address, so that only the subscription fails.
    const unheard = "http://127.0.0.1:9/v1/meta/webhook";
    await using deaf = await startEngine({
      storage: shop.storage,
      simulator: shop.simulator,
      webhookUrl: unheard,
    });
    expect(await connect(deaf, { access_token: "SIM_TOKEN_renewed" })).toMatchObject({ status: 422 });
    expect(await sendersOf(shop)).toEqual(before);
    const { messageId } = await order(shop);
    await untilState(shop.engine, messageId, "read");
  });

  test("one client's refused token does not stop the reading of the others' templates (D 5.6)", async () => {
    await using clients = await openTwoClients(name);
    const { simulator, store } = clients;
    // "cafe" comes first, and its token is refused.
    const { token: cafeToken, app: cafeApp, waba: cafeWaba } = cafe;
    const expired = { ...cafeToken, appId: cafeApp.id, wabaIds: [cafeWaba.id], expiresAtMs: Date.now() - 1 };
    await simulator.seed({ tokens: [expired] });
    await store.query("update webxkey.templates set synced_at = now() - interval '1 day'");
    await clients.shop.startWorker();
    await askForChore(clients, "sync-senders");
    await until("the other client's templates were not read", async () => {
      const rows = await store.query(
        "select 1 from webxkey.templates where workspace_id = 'shop' and synced_at > now() - interval '1 hour'",
      );
      return rows.length > 0;
    });
    await until("the dead token is not noticed", async () => {
      const [sender] = await sendersOf({ engine: clients.cafe });
      return sender?.state === "token_invalid";
    });
  });

  test("a number that is replaced is out of use in the same step, and one may be chosen (D 8.3)", async () => {
    await using shop = await openShop(name);
    const [first] = await sendersOf(shop);
    const second = { id: "106540352242978", displayPhoneNumber: "+1 555 078 3978" };
    await shop.simulator.seed({ numbers: [{ ...second, wabaId: waba.id }] });
    const connected = await connect(shop.engine, { phone_number_id: second.id });
    expect(connected).toMatchObject({ status: 201, body: { in_use: false } });
    const senderId = connected.body.sender_id;
    expect(await shop.engine.call("POST", `/v1/senders/${senderId}/choose`)).toMatchObject({
      status: 200,
      body: { in_use: true },
    });
    const phone = stranger();
    const { messageId } = await order(shop, phone);
    await untilState(shop.engine, messageId, "read");
    expect((await acceptedFor(shop, phone))[0]).toMatchObject({ phoneNumberId: second.id });

    const replaced = await connect(shop.engine, { replaces: senderId });
    expect(replaced).toMatchObject({ status: 201, body: { sender_id: first?.sender_id, in_use: true } });
    expect(await sendersOf(shop)).toMatchObject([
      { state: "connected", in_use: true },
      { state: "disconnected", in_use: false },
    ]);
    // Named as its own replacement it gets new credentials, and is not said to have been out of use.
    const itself = await connect(shop.engine, { replaces: first?.sender_id });
    expect(itself).toMatchObject({ status: 201, body: { in_use: true } });
    const audited = await auditOf(shop, first?.sender_id ?? "");
    expect(audited.map(({ action }) => action)).not.toContain("sender.disconnected");
    expect(await shop.engine.call("POST", `/v1/senders/${first?.sender_id}/disconnect`)).toMatchObject({
      status: 200,
    });
    expect(await order(shop)).toMatchObject({ state: "held", reason: { code: "sender_missing" } });
    expect(await shop.store.query("select 1 from webxkey.secrets where name = 'access_token'")).toEqual([]);
  });
});
