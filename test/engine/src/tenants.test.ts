import { contract } from "@webxkey/core/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiClient, clientWith, createKey, routesOf } from "./api-client.ts";
import { cafe, credentialsOf, seedCafe } from "./clients.ts";
import { claim, OWNER, STORES, WORDING } from "./engine.ts";
import { postTea, type TeaConnection, teaShop } from "./made-up-platform.ts";
import { auditOf, happened, openShop, refOf, type Shop, stranger, until, written } from "./shop.ts";

/** What each name in a path stands for here: the id of a thing, a name that means the same everywhere, or a reference. */
const KIND_OF: Readonly<Record<string, "id" | "name" | "reference">> = {
  message_id: "id",
  sender_id: "id",
  connection_id: "id",
  request_id: "id",
  key_id: "id",
  invitation_id: "id",
  case_id: "id",
  alert_id: "id",
  user_id: "id",
  rule_id: "name",
  entity_type: "name",
  entity_ref: "reference",
};

/** Of routes that look at the body before they look for the thing. */
const BODY_OF: Readonly<Record<string, object>> = {
  "POST /v1/privacy-requests/{request_id}/answer": { note: "by post" },
  "POST /v1/unsure/{case_id}/answer": { answer: "carry_on" },
};

describe.each(STORES)("two workspaces of one engine, on %s", (name) => {
  let shop: Shop;
  let home: ApiClient;
  let other: ApiClient;
  beforeAll(async () => {
    shop = await openShop(name, { worker: false, connectors: [teaShop()] });
    await seedCafe(shop.simulator);
    home = clientWith(shop.engine, await shop.engine.messaging.createOwnerKey());
    const made = await home.call<{ owner_key: string }>("POST", "/v1/workspaces", {
      id: "cafe",
      name: "Cafe",
    });
    expect(made).toMatchObject({ status: 201, body: { id: "cafe", name: "Cafe" } });
    other = clientWith(shop.engine, made.body.owner_key);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("who makes one owns it, a key opens and lists the workspace that it was made in, and the operator lists all (D 6.6)", async () => {
    expect(await other.call("GET", "/v1/me")).toMatchObject({
      body: { workspace: { id: "cafe", name: "Cafe" }, user_id: OWNER, role: "owner" },
    });
    expect(await home.call("GET", "/v1/me")).toMatchObject({ body: { workspace: { id: "shop" } } });
    const { body } = await home.call<{ workspaces: { id: string }[] }>("GET", "/v1/workspaces");
    expect(body.workspaces.map(({ id }) => id).sort()).toEqual(["cafe", "shop"]);
    await home.call("PUT", "/v1/members/only_here", { role: "viewer" });
    const seen = await shop.engine.call<{ workspaces: { id: string }[] }>(
      "GET",
      "/v1/workspaces",
      undefined,
      "only_here",
    );
    expect(seen.body.workspaces.map(({ id }) => id)).toEqual(["shop"]);
    // Its owner has the same user id as the operator; a client's key shows no other client all the same.
    const clients = await other.call<{ workspaces: { id: string }[] }>("GET", "/v1/workspaces");
    expect(clients.body.workspaces.map(({ id }) => id)).toEqual(["cafe"]);
    expect((await auditOf(shop, "cafe")).map(({ action }) => action)).toEqual([
      "workspace.created",
      "workspace.created",
    ]);
  });

  test.each([
    [{ id: "shop", name: "Again" }, 409],
    [{ id: "cafe", name: "Again" }, 409],
    [{ id: "Cafe", name: "Upper case" }, 400],
    [{ id: "-x", name: "A dash first" }, 400],
    [{ id: "*", name: "The installation's own" }, 400],
  ])("a workspace whose id is taken or no id is not made: %j", async (wish, status) => {
    expect((await home.call("POST", "/v1/workspaces", wish)).status).toBe(status);
    expect((await other.call("GET", "/v1/me")).status).toBe(200);
  });

  test("nobody makes a workspace from another one than the first", async () => {
    expect(await other.call("POST", "/v1/workspaces", { id: "third", name: "Third" })).toMatchObject({
      status: 403,
      body: { detail: "Only an owner of the installation's first workspace makes another one." },
    });
  });

  test("a new workspace connects its own number, turns its own rules on and sends its own message of one event", async () => {
    expect((await other.call("POST", "/v1/senders", credentialsOf(cafe))).status).toBe(201);
    expect((await other.call("PUT", "/v1/rules/order-confirmation", { active: true })).status).toBe(200);
    const service = async (owner: ApiClient) => {
      const scopes = ["event:publish", "consent:grant"];
      const { body } = await owner.call<{ key: string }>("POST", "/v1/keys", {
        kind: "service",
        name: "S",
        scopes,
      });
      return clientWith(shop.engine, body.key);
    };
    const [homes, others] = [await service(home), await service(other)];
    const phone = stranger();
    const order = happened("order.placed", { phone });
    for (const client of [homes, others]) {
      const granted = await client.call("POST", "/v1/consents", {
        identity: { kind: "phone", value: phone },
        channel: "whatsapp",
        wording: { id: WORDING.id, version: WORDING.version, language: "en", text: WORDING.text },
        method: "form",
        evidence: "form 7",
        occurred_at: new Date().toISOString(),
        entity: { type: "order", ref: refOf(order) },
      });
      expect(granted.status).toBe(201);
    }
    const publish = (client: ApiClient) =>
      client.call<{ seen_before: boolean; intents: { message_id: string }[] }>("POST", "/v1/events", order);
    const [mine, theirs] = [await publish(homes), await publish(others)];
    for (const { body } of [mine, theirs])
      expect(body).toMatchObject({ seen_before: false, intents: [{ state: "queued" }] });
    const path = (answer: typeof mine) => `/v1/messages/${answer.body.intents[0]?.message_id}/timeline`;
    expect((await other.call("GET", path(theirs))).status).toBe(200);
    expect((await other.call("GET", path(mine))).status).toBe(404);
    await using worker = shop.engine.messaging.startWorker();
    await shop.simulator.until(({ accepted }) => accepted.filter((one) => one.phone === phone).length === 2, {
      withinMs: 20_000,
      what: "both messages",
    });
    await worker.stop();
    const numbers = (await shop.simulator.accepted({ phone })).map(({ phoneNumberId }) => phoneNumberId);
    expect(numbers.sort()).toEqual(["106540352242922", cafe.number.id].sort());
  });

  /** A message of somebody of the shop that may mean "stop". */
  async function unsureCase(): Promise<string> {
    const { status } = await shop.simulator
      .deliver(written({ phone: stranger(), text: "stop?" }))
      .then(({ attempts }) => ({ status: attempts.at(-1)?.status }));
    expect(status).toBe(200);
    await using worker = shop.engine.messaging.startWorker();
    const [row] = await until("no case", async () => {
      const rows = await shop.store.query<{ case_id: string }>("select case_id from webxkey.unsure_cases");
      return rows.length > 0 && rows;
    });
    await worker.stop();
    return row?.case_id ?? "";
  }

  async function alert(): Promise<string> {
    const [row] = await shop.store.query<{ alert_id: string }>(
      `insert into webxkey.alerts (workspace_id, alert_id, cause, object_type, object_id, detail)
       values ('shop', gen_random_uuid(), 'messages_held', 'workspace', 'shop', '{"messages": 1}') returning alert_id`,
    );
    return row?.alert_id ?? "";
  }

  test("every id of one is answered 404 to the key of the other, on every route that takes one", async () => {
    const held = await shop.engine.messaging.publish(happened("order.placed", { phone: stranger() }), {
      claims: [claim()],
      wishUnknown: true,
    });
    const senders = await home.call<{ senders: { sender_id: string }[] }>("GET", "/v1/senders");
    await home.call("PUT", "/v1/members/of_the_shop", { role: "viewer" });
    const invited = await home.call<{ invitation_id: string }>("POST", "/v1/invitations", {
      user_id: "invited_by_the_shop",
      role: "viewer",
    });
    const connected = await home.call<TeaConnection>("POST", "/v1/connections", {
      connector: "tea",
      name: "Tea",
      settings: { url: "http://127.0.0.1:9/" },
    });
    expect(connected.status).toBe(201);
    await postTea(connected.body, {
      topic: "privacy",
      wish: { kind: "access", key: "1", person: { phone: stranger() } },
    });
    const asked = await home.call<{ privacy_requests: { request_id: string }[] }>(
      "GET",
      "/v1/privacy-requests",
    );
    const values: Readonly<Record<string, string>> = {
      connection_id: connected.body.connection_id,
      request_id: asked.body.privacy_requests[0]?.request_id ?? "",
      message_id: held.intents[0]?.messageId ?? "",
      sender_id: senders.body.senders[0]?.sender_id ?? "",
      key_id: (await createKey(shop.engine, { kind: "service" })).key_id,
      user_id: "of_the_shop",
      invitation_id: invited.body.invitation_id,
      case_id: await unsureCase(),
      alert_id: await alert(),
    };
    const routes = routesOf(contract).filter((route) => {
      const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, one = ""]) => one);
      for (const one of names) expect(KIND_OF, route).toHaveProperty(one);
      // To give somebody a role is to name them, wherever else they may be known.
      return names.some((one) => KIND_OF[one] === "id") && route !== "PUT /v1/members/{user_id}";
    });
    expect(routes.length).toBeGreaterThan(5);
    for (const route of routes) {
      const [method = "", path = ""] = route.split(" ");
      const filled = path.replace(/\{(\w+)\}/g, (_, one: string) => values[one] ?? "");
      const body = method === "GET" || method === "DELETE" ? undefined : (BODY_OF[route] ?? {});
      expect([route, await other.call(method, filled, body)]).toMatchObject([
        route,
        { status: 404, body: { code: "not_found" } },
      ]);
    }
    expect((await home.call("GET", `/v1/messages/${values["message_id"]}/timeline`)).status).toBe(200);
    expect((await home.call("POST", `/v1/keys/${values["key_id"]}/revoke`, {})).status).toBe(200);
    expect((await home.call("DELETE", "/v1/members/of_the_shop")).status).toBe(200);
  });

  test("nothing of one is in any list of the other, and a person who agreed in one is unknown in the other", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    await shop.engine.messaging.publish(order, { claims: [claim()] });
    const identity = { kind: "phone", value: phone };
    expect(await home.call("POST", "/v1/consents/show", { identity })).toMatchObject({
      status: 200,
      body: { consents: [{ purpose: "order-updates", state: "given", assurance: "claimed" }] },
    });
    expect(await other.call("POST", "/v1/consents/show", { identity })).toEqual({
      status: 200,
      body: { consents: [] },
    });
    const query = `entity_type=order&entity_ref=${refOf(order)}`;
    for (const path of [
      `/v1/entities/order/${refOf(order)}/timeline`,
      `/v1/consents?${query}`,
      `/v1/messages?${query}`,
    ])
      expect(Object.values((await other.call<object>("GET", path)).body).flat().length, path).toBeLessThan(2);
    const ids = await shop.store.query<{ id: string }>(
      `select message_id::text as id from webxkey.messages where workspace_id = 'shop'
       union all select sender_id::text from webxkey.senders where workspace_id = 'shop'
       union all select key_id::text from webxkey.api_keys where workspace_id = 'shop'
       union all select connection_id::text from webxkey.connections where workspace_id = 'shop'
       union all select request_id::text from webxkey.privacy_requests where workspace_id = 'shop'
       union all select invitation_id::text from webxkey.invitations where workspace_id = 'shop'
       union all select user_id from webxkey.members where workspace_id = 'shop' and user_id <> $1`,
      [OWNER],
    );
    expect(ids.length).toBeGreaterThan(3);
    for (const path of [
      "messages",
      "senders",
      "keys",
      "members",
      "invitations",
      "templates",
      "rules",
      "workspaces",
      "connections",
      "privacy-requests",
    ]) {
      const answer = JSON.stringify((await other.call("GET", `/v1/${path}`)).body);
      expect([path, ids.filter(({ id }) => answer.includes(id))]).toEqual([path, []]);
    }
  });

  test("to look a person up by their number is itself in the audit", async () => {
    const phone = stranger();
    await shop.engine.messaging.publish(happened("order.placed", { phone }), { claims: [claim()] });
    const shown = () =>
      shop.store.query(
        "select 1 from webxkey.audit_entries where action = 'consent.shown' and workspace_id = 'shop'",
      );
    const before = (await shown()).length;
    await home.call("POST", "/v1/consents/show", { identity: { kind: "phone", value: phone } });
    await other.call("POST", "/v1/consents/show", { identity: { kind: "phone", value: phone } });
    expect(await shown()).toHaveLength(before + 1);
    expect(await other.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
    expect(await home.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
  });
});
