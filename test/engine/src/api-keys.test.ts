import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiClient, clientWith, createKey } from "./api-client.ts";
import { OWNER, STORES } from "./engine.ts";
import { auditOf, openShop, type Shop } from "./shop.ts";
import { placesOf } from "./tables.ts";
import { quietSimulator } from "./webhooks.ts";

interface Listed {
  readonly key_id: string;
  readonly kind: string;
  readonly user_id: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

const DAY_MS = 24 * 60 * 60_000;
const REFUSED = {
  status: 401,
  body: {
    code: "unauthenticated",
    detail:
      "This API key does not work: it is unknown, expired or revoked. Make a new one, or ask an owner or admin for one.",
  },
};

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  let atMs = Date.now();
  const engine = () => shop.engine;
  const later = (ms: number) => {
    atMs += ms;
  };
  beforeAll(async () => {
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connected: false,
      clock: { now: () => new Date(atMs) },
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const setRole = (userId: string, role: string, by?: string) =>
    engine().call("PUT", `/v1/members/${userId}`, { role }, by);
  const me = (client: ApiClient) =>
    client.call<{ user_id: string; role: string; rights: string[] }>("GET", "/v1/me");
  const listed = async (keyId: string) => {
    const { body } = await engine().call<{ keys: Listed[] }>("GET", "/v1/keys");
    return body.keys.find(({ key_id }) => key_id === keyId);
  };

  test("a personal key signs its user in with the role that the user has", async () => {
    await setRole("alma", "viewer");
    const made = await createKey(engine(), { kind: "personal" }, "alma");
    expect(made).toMatchObject({ kind: "personal", scopes: [], signing_secret: null });
    expect(Date.parse(made.expires_at ?? "") - atMs).toBe(90 * DAY_MS);
    const alma = clientWith(engine(), made.key);
    expect(await me(alma)).toMatchObject({ status: 200, body: { user_id: "alma", role: "viewer" } });
    expect(await listed(made.key_id)).toMatchObject({ kind: "personal", user_id: "alma" });
  });

  test("a role that was changed counts with the next request, and with the member the key is gone for good", async () => {
    await setRole("bruno", "admin");
    const bruno = clientWith(engine(), (await createKey(engine(), { kind: "personal" }, "bruno")).key);
    expect((await bruno.call("GET", "/v1/members")).status).toBe(200);
    await setRole("bruno", "auditor");
    expect(await bruno.call("GET", "/v1/members")).toMatchObject({ status: 403 });
    expect(await engine().call("DELETE", "/v1/members/bruno")).toMatchObject({
      status: 200,
      body: { user_id: "bruno" },
    });
    expect(await me(bruno)).toMatchObject(REFUSED);
    await setRole("bruno", "admin");
    expect(await me(bruno)).toMatchObject(REFUSED);
  });

  test("a service key may do what its scopes say, and takes the role service", async () => {
    const made = await createKey(engine(), { kind: "service" });
    expect(made).toMatchObject({ scopes: ["event:publish"], expires_at: null });
    expect(made.signing_secret).toMatch(/^whsec_/);
    const service = clientWith(engine(), made.key);
    expect(await me(service)).toMatchObject({
      body: { user_id: made.key_id, role: "service", rights: ["event:publish"] },
    });
    const consent = {
      identity: { kind: "phone", value: "+16505550100" },
      channel: "whatsapp",
      evidence: "call",
    };
    expect(await service.call("POST", "/v1/consents/withdraw", consent)).toMatchObject({
      status: 403,
      body: {
        detail:
          "This service does not have the right consent:withdraw. If a service key can have it, make one with that scope.",
      },
    });
    const scoped = await createKey(engine(), { kind: "service", scopes: ["consent:withdraw"] });
    const other = clientWith(engine(), scoped.key);
    expect(await other.call("POST", "/v1/consents/withdraw", consent)).toMatchObject({ status: 200 });
    expect(await other.call("POST", "/v1/events", {})).toMatchObject({ status: 403 });
  });

  test("a key that is unknown, at its end, revoked, or no key at all is refused in the same words", async () => {
    const short = await createKey(engine(), { kind: "service", expires_in_days: 1 });
    const ended = await createKey(engine(), { kind: "service" });
    const personal = await createKey(engine(), { kind: "personal", expires_in_days: 1 });
    expect((await me(clientWith(engine(), short.key))).status).toBe(200);
    expect(await engine().call("POST", `/v1/keys/${ended.key_id}/revoke`)).toMatchObject({
      status: 200,
      body: { key_id: ended.key_id, revoked_at: new Date(atMs).toISOString() },
    });
    later(DAY_MS);
    for (const key of [short.key, ended.key, personal.key, `wxk_${"a".repeat(43)}`, "wxk_x", "x"])
      expect(await me(clientWith(engine(), key))).toMatchObject(REFUSED);
    for (const authorization of ["", "Bearer", `Basic ${short.key}`, `Bearer ${short.key} x`, short.key])
      expect(await clientWith(engine()).call("GET", "/v1/me", undefined, { authorization })).toMatchObject(
        REFUSED,
      );
    expect(await clientWith(engine()).call("GET", "/v1/me")).toMatchObject({
      status: 401,
      body: { detail: "Sign in, or send an API key: `Authorization: Bearer wxk_…`." },
    });
    const response = await engine().messaging.handler(new Request("http://engine/v1/me"));
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
  });

  test("to revoke a key again changes nothing, and one of nobody is not found", async () => {
    const { key_id } = await createKey(engine(), { kind: "service" });
    const first = await engine().call("POST", `/v1/keys/${key_id}/revoke`);
    later(60_000);
    expect(await engine().call("POST", `/v1/keys/${key_id}/revoke`)).toEqual(first);
    expect((await auditOf(shop, key_id)).map(({ action }) => action)).toEqual(["key.created", "key.revoked"]);
    expect(await engine().call("POST", "/v1/keys/0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e/revoke")).toMatchObject(
      { status: 404 },
    );
  });

  test("neither a key nor a signing secret stands in a table, and a revoked key leaves no hash", async () => {
    const made = await createKey(engine(), { kind: "service" });
    const own = await createKey(engine(), { kind: "personal" });
    const texts = [made.key, made.signing_secret ?? "", own.key].flatMap((text) => [
      text,
      text.slice(text.indexOf("_") + 1),
    ]);
    expect(await placesOf(shop.store, texts)).toEqual([]);
    await engine().call("POST", `/v1/keys/${made.key_id}/revoke`);
    const rows = await shop.store.query(
      "select 1 from webxkey.api_key_hashes where key_id = $1 union all select 1 from webxkey.api_keys where key_id = $1 and signing_sealed is not null",
      [made.key_id],
    );
    expect(rows).toEqual([]);
  });

  test("when a key was last used is written at most once a minute", async () => {
    const { key, key_id } = await createKey(engine(), { kind: "service" });
    expect((await listed(key_id))?.last_used_at).toBeNull();
    const first = new Date(atMs).toISOString();
    for (const [wait, used] of [
      [0, first],
      [59_999, first],
      [1, new Date(atMs + 60_000).toISOString()],
    ] as const) {
      later(wait);
      await Promise.all(Array.from({ length: 5 }, () => me(clientWith(engine(), key))));
      expect((await listed(key_id))?.last_used_at).toBe(used);
    }
  });

  test("nobody makes a key for somebody else, and a service makes none", async () => {
    const wish = { kind: "personal", name: "Test" };
    expect(await engine().call("POST", "/v1/keys", { ...wish, user_id: "alma" })).toMatchObject({
      status: 400,
      body: { fields: [{ pointer: "/user_id" }] },
    });
    const service = clientWith(engine(), (await createKey(engine(), { kind: "service" })).key);
    for (const kind of ["personal", "service"])
      expect((await service.call("POST", "/v1/keys", { ...wish, kind })).status).toBe(403);
  });

  test("only those who manage keys make service keys and see the keys of others", async () => {
    await setRole("carla", "operator");
    await setRole("dora", "admin");
    const carlas = await createKey(engine(), { kind: "personal" }, "carla");
    expect(await engine().call("POST", "/v1/keys", { kind: "service", name: "Test" }, "carla")).toMatchObject(
      { status: 403 },
    );
    const doras = await createKey(engine(), { kind: "personal" }, "dora");
    const seen = await engine().call<{ keys: Listed[] }>("GET", "/v1/keys", undefined, "carla");
    expect(seen.body.keys.map(({ key_id }) => key_id)).toEqual([carlas.key_id]);
    expect(await engine().call("POST", `/v1/keys/${doras.key_id}/revoke`, {}, "carla")).toMatchObject({
      status: 404,
    });
    expect(await engine().call("POST", `/v1/keys/${carlas.key_id}/revoke`, {}, "dora")).toMatchObject({
      status: 200,
    });
    const owners = await createKey(engine(), { kind: "personal" });
    expect(await engine().call("POST", `/v1/keys/${owners.key_id}/revoke`, {}, "dora")).toMatchObject({
      status: 403,
      body: { detail: "Only an owner revokes an owner's key." },
    });
  });

  test.each<[string, object]>([
    ["a personal key of 91 days", { kind: "personal", expires_in_days: 91 }],
    ["a personal key with scopes", { kind: "personal", scopes: ["event:publish"] }],
    ["a service key of 731 days", { kind: "service", expires_in_days: 731 }],
    ["a service key without a scope", { kind: "service", scopes: [] }],
    ["a service key that may read", { kind: "service", scopes: ["message:read"] }],
    ["half a day", { kind: "service", expires_in_days: 0.5 }],
    ["another kind", { kind: "root" }],
  ])("%s is refused", async (_what, wish) => {
    expect((await engine().call("POST", "/v1/keys", { name: "Test", ...wish })).status).toBe(400);
  });

  test("members are removed by those who may change them, and nobody removes themselves", async () => {
    await setRole("emil", "admin");
    await setRole("frida", "owner");
    const remove = (userId: string, by?: string) =>
      engine().call("DELETE", `/v1/members/${userId}`, undefined, by);
    expect(await remove("emil", "emil")).toMatchObject({ status: 403 });
    expect(await remove("frida", "emil")).toMatchObject({
      status: 403,
      body: { detail: "Only an owner makes or changes an owner." },
    });
    expect(await remove("nobody")).toMatchObject({ status: 404 });
    expect(await remove("frida")).toMatchObject({ status: 200 });
    expect((await engine().call("GET", "/v1/me", undefined, "frida")).status).toBe(403);
    expect((await auditOf(shop, "frida")).map(({ action }) => action)).toEqual([
      "member.role_set",
      "member.removed",
    ]);
  });

  test("whom the host signed in stays who they are, whatever key the request carries", async () => {
    const service = await createKey(engine(), { kind: "service" });
    const request = new Request("http://engine/v1/me", {
      headers: { authorization: `Bearer ${service.key}` },
    });
    const response = await engine().messaging.handler(request, { userId: OWNER });
    expect(await response.json()).toMatchObject({ user_id: OWNER, role: "owner" });
    const unknown = await engine().messaging.handler(request, { userId: "user_of_the_host" });
    expect(unknown.status).toBe(403);
  });
});

describe.each(STORES)("the first key on %s", (name) => {
  test("is made once, works, and is made again only when it has expired or was revoked", async () => {
    let atMs = Date.now();
    await using shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connected: false,
      clock: { now: () => new Date(atMs) },
    });
    const { messaging } = shop.engine;
    const first = clientWith(shop.engine, await messaging.createOwnerKey());
    expect(await first.call("GET", "/v1/me")).toMatchObject({ body: { user_id: OWNER, role: "owner" } });
    await expect(messaging.createOwnerKey()).rejects.toMatchObject({ code: "conflict" });
    atMs += 90 * DAY_MS;
    expect((await first.call("GET", "/v1/me")).status).toBe(401);
    const racing = await Promise.allSettled([messaging.createOwnerKey(), messaging.createOwnerKey()]);
    expect(racing.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { body } = await shop.engine.call<{ keys: Listed[] }>("GET", "/v1/keys");
    await shop.engine.call("POST", `/v1/keys/${body.keys[0]?.key_id}/revoke`);
    expect(await messaging.createOwnerKey()).toMatch(/^wxk_/);
    expect(await shop.engine.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
  });

  test("is replaced when it is lost: every key of the owner ends with it, and the audit says who did it", async () => {
    await using shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connected: false,
    });
    const { messaging } = shop.engine;
    const lost = clientWith(shop.engine, await messaging.createOwnerKey());
    const spare = clientWith(shop.engine, (await createKey(shop.engine, { kind: "personal" })).key);
    const till = clientWith(shop.engine, (await createKey(shop.engine, { kind: "service" })).key);
    const owner = clientWith(shop.engine, await messaging.recoverOwnerKey());
    expect(await owner.call("GET", "/v1/me")).toMatchObject({ body: { user_id: OWNER, role: "owner" } });
    for (const ended of [lost, spare]) expect(await ended.call("GET", "/v1/me")).toMatchObject(REFUSED);
    expect((await till.call("GET", "/v1/me")).status).toBe(200);
    const { body } = await owner.call<{ keys: Listed[] }>("GET", "/v1/keys");
    const ended = body.keys.filter(({ revoked_at }) => revoked_at !== null);
    expect(ended).toHaveLength(2);
    for (const { key_id } of ended)
      expect((await auditOf(shop, key_id)).at(-1)).toMatchObject({
        actor_type: "host",
        action: "key.revoked",
        outcome: "owner_recovered",
      });
    expect(await owner.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
    await expect(messaging.recoverOwnerKey("no-such-workspace")).rejects.toMatchObject({ code: "conflict" });
  });
});
