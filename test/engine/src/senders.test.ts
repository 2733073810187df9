import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { demoAccount, encodeWebhook, type GraphSimulator, inboundText, signWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cafe, credentialsOf, seedCafe } from "./clients.ts";
import {
  connectDemo,
  type Engine,
  openStore,
  orderPlaced,
  STORES,
  type Store,
  shared,
  startEngine,
} from "./engine.ts";
import { fingerprintOf, placesOf } from "./tables.ts";
import { countOf, postWebhook, quietSimulator } from "./webhooks.ts";

const { app, waba, number, token } = demoAccount;
const GIVEN = credentialsOf(demoAccount);
const TOKEN = { ...token, scopes: [...token.scopes], appId: app.id, wabaIds: [waba.id] };
const DEMO_TEMPLATES = demoAccount.templates.length;

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly { readonly pointer: string; readonly detail: string }[];
}
interface Check {
  readonly id: string;
  readonly ok: boolean;
  readonly sentence: string;
  readonly fix: string | null;
}

describe.each(STORES)("on %s", (name) => {
  const opened = new AsyncDisposableStack();
  let simulator: GraphSimulator;
  let store: Store;
  let storage: ReturnType<typeof shared>;
  let engine: Engine;
  beforeAll(async () => {
    simulator = opened.use(await quietSimulator());
    await seedCafe(simulator);
    store = opened.use(await openStore(name));
    storage = opened.use(shared(store.option()));
    engine = opened.use(await startEngine({ storage, simulator }));
    await connectDemo(engine);
  });
  afterAll(() => opened.disposeAsync());

  const connect = (given: object) => engine.call<Problem>("POST", "/v1/senders", given);

  describe("connecting a number", () => {
    const limited = "SIM_TOKEN_without_management";
    const expired = "SIM_TOKEN_expired";
    beforeAll(async () => {
      await simulator.seed({
        tokens: [
          { value: limited, appId: app.id, wabaIds: [waba.id], scopes: ["whatsapp_business_messaging"] },
          { value: expired, appId: app.id, wabaIds: [waba.id], expiresAtMs: Date.now() - 1 },
        ],
      });
    });

    test.each<[string, Partial<typeof GIVEN>, string, string]>([
      [
        "a wrong app secret",
        { app_secret: "not_the_secret" },
        "/app_secret",
        "does not accept this app id with this app secret",
      ],
      [
        "an app that does not exist",
        { app_id: "555000999999999" },
        "/app_secret",
        "does not accept this app id",
      ],
      ["a wrong token", { access_token: "SIM_TOKEN_never_made" }, "/access_token", "not valid any more"],
      ["an expired token", { access_token: expired }, "/access_token", "not valid any more"],
      ["a token of another app", { access_token: cafe.token.value }, "/access_token", "access token"],
      [
        "a token without a permission",
        { access_token: limited },
        "/access_token",
        "lacks the permission whatsapp_business_management",
      ],
      [
        "a phone number id that does not exist",
        { phone_number_id: "106540352249999" },
        "/phone_number_id",
        "does not show this phone number",
      ],
      [
        "a number of another account",
        { phone_number_id: cafe.number.id },
        "/phone_number_id",
        "does not show this phone number",
      ],
      [
        "an account that the token may not use",
        { waba_id: cafe.waba.id },
        "/waba_id",
        "does not show this WhatsApp account",
      ],
    ])(
      "is refused with a sentence at its field for %s, and nothing is stored",
      async (_what, wrong, pointer, sentence) => {
        const tables = ["senders", "sender_routes", "secrets", "templates", "audit_entries"];
        const before = await fingerprintOf(store, tables);
        const { status, body } = await connect({ ...GIVEN, ...wrong });
        expect([status, body.code, body.fields.map((field) => field.pointer)]).toEqual([
          422,
          "sender_rejected",
          [pointer],
        ]);
        expect(body.detail).toContain(sentence);
        expect(await fingerprintOf(store, tables)).toEqual(before);
      },
    );

    test("says that Meta could not be reached where that is the reason", async () => {
      const fault = await simulator.inject({ kind: "reset_before", routes: "all" });
      expect(await connect(GIVEN)).toMatchObject({ status: 502, body: { code: "graph_unavailable" } });
      await fault.remove();
    });

    test("subscribes the app first where Meta does not know it on this account", async () => {
      await simulator.seed({ wabas: [{ ...waba, portfolioId: demoAccount.portfolio.id }] });
      expect((await connect(GIVEN)).status).toBe(201);
    });
  });

  test("a dump of the engine's tables shows no credential, nor does one of the keys", async () => {
    for (const schema of ["webxkey", "webxkey_keys"]) {
      expect(await placesOf(store, [token.value, app.secret], schema)).toEqual([]);
    }
    expect(await countOf(store, "webxkey.secrets")).toBe(3);
  });

  test("another root key is refused with a sentence before anything is done with it", async () => {
    await using other = await startEngine({
      storage,
      simulator,
      rootKey: randomBytes(32).toString("base64"),
    });
    const tables = ["events", "messages", "contacts", "audit_entries"];
    const before = await fingerprintOf(store, tables);
    const sentence =
      "A value of workspace_keys.seal does not open: the root key changed or the row was altered.";
    await expect(other.messaging.publish(orderPlaced())).rejects.toThrow(sentence);
    await expect(
      other.messaging.handler(new Request("http://engine/v1/me"), { userId: "user_owner" }),
    ).rejects.toThrow(sentence);
    expect(await fingerprintOf(store, tables)).toEqual(before);
  });

  test("after an app secret was rotated the new one and the one before it verify, an older one does not", async () => {
    let written = 0;
    const signedWith = async (secret: string) => {
      written += 1;
      const bytes = encodeWebhook(inboundText({ text: "Hello", wamid: `wamid.rotated${written}` }));
      return await postWebhook(engine, bytes, signWebhook(secret, bytes));
    };
    const rotateTo = async (secret: string) => {
      await simulator.seed({ apps: [{ ...app, secret }], tokens: [TOKEN] });
      expect((await connect({ ...GIVEN, app_secret: secret })).status).toBe(201);
    };
    const all = async () => [
      await signedWith(app.secret),
      await signedWith("second_secret"),
      await signedWith("third_secret"),
    ];

    expect(await all()).toEqual([200, 401, 401]);
    await rotateTo("second_secret");
    expect(await all()).toEqual([200, 200, 401]);
    // As when a second number of the same app is connected: the same secret again is no rotation.
    await rotateTo("second_secret");
    expect(await all()).toEqual([200, 200, 401]);
    await rotateTo("third_secret");
    expect(await all()).toEqual([401, 200, 200]);
    await rotateTo(app.secret);
  });

  describe("checking a number", () => {
    let senderId: string;
    beforeAll(async () => {
      const { body } = await engine.call<{ senders: { sender_id: string }[] }>("GET", "/v1/senders");
      senderId = body.senders[0]?.sender_id ?? "";
    });
    const check = async (on = engine) => {
      const { status, body } = await on.call<{ ok: boolean; checks: Check[] }>(
        "POST",
        `/v1/senders/${senderId}/check`,
      );
      expect(status).toBe(200);
      expect(body.ok).toBe(body.checks.every(({ ok }) => ok));
      for (const one of body.checks) expect(one.fix === null).toBe(one.ok);
      return Object.fromEntries(
        body.checks.map(({ id, ok, sentence }) => [id, `${ok ? "ok" : "fault"}: ${sentence}`]),
      );
    };

    test("says of each thing that it is well", async () => {
      expect(await check()).toEqual({
        token: "ok: The access token is valid and does not expire.",
        number: "ok: The number is connected, with high quality.",
        webhook: "ok: Meta sends the webhooks here.",
        templates: `ok: ${DEMO_TEMPLATES} of ${DEMO_TEMPLATES} templates are approved.`,
      });
    });

    test("says until when a token is valid, and that one is not any more", async () => {
      const seed = (expiresAtMs: number) => simulator.seed({ tokens: [{ ...TOKEN, expiresAtMs }] });
      await seed(Date.UTC(2040, 0, 1));
      expect(await check()).toMatchObject({
        token: "ok: The access token is valid until 2040-01-01 00:00 UTC.",
      });
      await seed(Date.now() - 1);
      const dead = "fault: The access token is no longer valid.";
      expect(await check()).toEqual({ token: dead, number: dead, webhook: dead, templates: dead });
      await simulator.seed({ tokens: [TOKEN] });
      // The check has stopped the number, as a refused message would have.
      expect((await connect(GIVEN)).status).toBe(201);
    });

    test.each([
      [0.5, "less than an hour"],
      [1.5, "1 hour"],
      [2.5, "2 hours"],
      [73, "3 days"],
    ])("warns %d hours before a token ends, and keeps its end for an alert (D 8.5)", async (hours, left) => {
      await simulator.seed({ tokens: [{ ...TOKEN, expiresAtMs: Date.now() + hours * 3_600_000 }] });
      expect(await check()).toMatchObject({
        token: expect.stringMatching(new RegExp(`^fault: The access token ends in ${left}, on `)),
        number: expect.stringMatching(/^ok: /),
      });
      const { body } = await engine.call<{ senders: { token_expires_at: string }[] }>("GET", "/v1/senders");
      expect(Date.parse(body.senders[0]?.token_expires_at ?? "")).toBeGreaterThan(Date.now());
      await simulator.seed({ tokens: [TOKEN] });
      await check();
    });

    test("says that the app secret is the cause in every row when it was reset at Meta (D 8.5)", async () => {
      await simulator.seed({ apps: [{ ...app, secret: "reset_at_meta" }], tokens: [TOKEN] });
      const refused = "fault: Meta does not accept the app secret.";
      expect(await check()).toEqual({
        token: refused,
        number: refused,
        webhook: refused,
        templates: refused,
      });
      await simulator.seed({ apps: [{ ...app }], tokens: [TOKEN] });
      expect((await connect(GIVEN)).status).toBe(201);
    });

    test("says what state the number is in where it cannot send", async () => {
      await simulator.seed({ numbers: [{ ...number, wabaId: waba.id, state: "locked" }] });
      expect(await check()).toMatchObject({ number: "fault: The number's status is BANNED." });
      await simulator.seed({ numbers: [{ ...number, wabaId: waba.id }] });
    });

    test("says that webhooks go elsewhere, or nowhere", async () => {
      await using elsewhere = await startEngine({ storage, simulator });
      expect(await check(elsewhere)).toMatchObject({
        webhook: "fault: Meta sends the webhooks to another address.",
      });
      await simulator.seed({ wabas: [{ ...waba, portfolioId: demoAccount.portfolio.id }] });
      expect(await check()).toMatchObject({
        webhook: "fault: The app is not subscribed to this account, so no status arrives.",
      });
      expect((await connect(GIVEN)).status).toBe(201);
    });

    test("says that no template is approved", async () => {
      await store.query("update webxkey.templates set status = 'PAUSED' where workspace_id = 'shop'");
      expect(await check()).toMatchObject({
        templates: "fault: No template is approved, so nothing can be sent.",
      });
    });
  });

  describe("syncing templates", () => {
    const names = async () => {
      const { body } = await engine.call<{ templates: { name: string; status: string }[] }>(
        "GET",
        "/v1/templates",
      );
      return body.templates;
    };

    test("reads every page, and what Meta changed meanwhile", async () => {
      const body = { type: "BODY", text: "Thank you." };
      await simulator.seed({
        templates: Array.from({ length: 230 }, (_, index) => ({
          wabaId: waba.id,
          name: `extra_${index}`,
          language: "en",
          status: index === 229 ? ("REJECTED" as const) : ("APPROVED" as const),
          components: [body],
        })),
      });
      expect(await engine.call("POST", "/v1/templates/sync")).toMatchObject({
        status: 200,
        body: { synced: DEMO_TEMPLATES + 230 },
      });
      const listed = await names();
      expect(listed).toHaveLength(DEMO_TEMPLATES + 230);
      expect(listed.find((one) => one.name === "extra_229")?.status).toBe("REJECTED");
    });

    test("of a list that was cut short adds what is there and deletes nothing", async () => {
      await using spoiled = await spoiledTemplates(simulator);
      await using other = await startEngine({ storage, simulator: { ...simulator, url: spoiled.url } });
      const before = await names();
      expect(await other.call("POST", "/v1/templates/sync")).toMatchObject({
        status: 200,
        body: { synced: 3 },
      });
      expect((await names()).map((one) => one.name).sort()).toEqual(
        [...before.map((one) => one.name), "only_in_the_short_list"].sort(),
      );
    });

    test("of a whole list deletes what is gone at Meta", async () => {
      const url = `${simulator.url}/v25.0/${waba.id}/message_templates?name=order_shipped`;
      const deleted = await fetch(url, {
        method: "DELETE",
        headers: { authorization: `Bearer ${token.value}` },
      });
      expect(deleted.status).toBe(200);
      expect((await names()).some((one) => one.name === "order_shipped")).toBe(true);
      await engine.call("POST", "/v1/templates/sync");
      const left = (await names()).map((one) => one.name);
      expect(left).not.toContain("order_shipped");
      expect(left).not.toContain("only_in_the_short_list");
      expect(left).toContain("order_confirmation");
    });

    test("that Meta refuses is answered with the reason and deletes nothing", async () => {
      const before = await names();
      const fault = await simulator.inject({ kind: "token_expired", routes: "all" });
      expect(await engine.call("POST", "/v1/templates/sync")).toMatchObject({
        status: 502,
        body: { code: "graph_refused" },
      });
      await fault.remove();
      expect(await names()).toEqual(before);
    });
  });
});

/** A Graph API whose list of templates has two that are well, a new one, and one that nobody can read. */
async function spoiledTemplates(simulator: GraphSimulator): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(async (request, response) => {
    const answer = await fetch(`${simulator.url}${request.url}`, {
      headers: { authorization: String(request.headers.authorization) },
    });
    const { data } = (await answer.json()) as { data: object[] };
    const [first, second] = data;
    const list = [
      first,
      second,
      { ...first, id: "4711", name: "only_in_the_short_list" },
      { id: { of: "a new kind" } },
    ];
    response
      .writeHead(answer.status, { "content-type": "application/json" })
      .end(JSON.stringify({ data: list }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
