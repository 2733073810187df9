import { once } from "node:events";
import { connect } from "node:net";
import { postgres } from "@webxkey/core";
import { startPostgres } from "@webxkey/test-postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { clientWith, createKey } from "./api-client.ts";
import { STORES, startEngine, untilState, WORDING } from "./engine.ts";
import {
  connectTea,
  postTea,
  startTeaServer,
  type TeaConnection,
  type TeaOrder,
  type TeaPost,
  type TeaServer,
  teaOrder,
  teaShop,
} from "./made-up-platform.ts";
import {
  acceptedFor,
  askForChore,
  auditOf,
  happened,
  openShop,
  type Shop,
  says,
  stranger,
  until,
} from "./shop.ts";
import { placesOf } from "./tables.ts";
import { countOf, quietSimulator } from "./webhooks.ts";

const DAY_MS = 24 * 60 * 60_000;
const MAPPING = [
  {
    field: "updates",
    wording_id: WORDING.id,
    wording_version: WORDING.version,
    wording_language: WORDING.language,
  },
];
const TICKED = { updates: true };

interface Reason {
  readonly code: string;
  readonly sentence: string;
}

interface Detail {
  readonly old_secret_until: string | null;
  readonly old_address_until: string | null;
  readonly problems: readonly { readonly code: string; readonly sentence: string }[];
  readonly untold: readonly {
    readonly entity_ref: string;
    readonly standing: string;
    readonly tries: number;
    readonly next_try_at: string | null;
    readonly reason: Reason;
  }[];
}

interface Listed extends TeaConnection {
  readonly state: string;
  readonly last_delivery_at: string | null;
  readonly last_problem: { readonly code: string } | null;
  readonly facts: { readonly waiting: number; readonly parked: number };
}

describe.each(STORES)("a connected shop on %s", (name) => {
  let shop: Shop;
  let tea: TeaConnection;
  let atMs = Date.now();
  beforeAll(async () => {
    shop = await openShop(name, {
      connectors: [teaShop({ api: false })],
      clock: { now: () => new Date(atMs) },
    });
    tea = await connectTea(shop.engine, { consent_mapping: MAPPING });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const order = (phone: string, more: Partial<TeaOrder> = {}) =>
    teaOrder(phone, { placed_at: new Date(atMs).toISOString(), boxes: TICKED, ...more });
  const changed = (...orders: readonly TeaOrder[]): TeaPost => ({
    topic: "order.changed",
    delivery: "42",
    orders,
  });
  const listed = async (id = tea.connection_id): Promise<Listed> => {
    const { body } = await shop.engine.call<{ connections: Listed[] }>("GET", "/v1/connections");
    return body.connections.find(({ connection_id }) => connection_id === id) as Listed;
  };
  const detailOf = async (id: string) =>
    (await shop.engine.call<Detail>("GET", `/v1/connections/${id}`)).body;
  const messagesOf = (ref: string) =>
    shop.store.query<{ message_id: string; state: string; reason_code: string | null }>(
      `select m.message_id, m.state, m.reason_code from webxkey.messages m
       join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id where e.entity_ref = $1`,
      [ref],
    );
  const events = () => countOf(shop.store, "webxkey.events");

  test("an order that it posts is told to the customer, once, with the delivery as evidence of consent", async () => {
    const phone = stranger();
    const placed = order(phone);
    expect(await postTea(tea, changed(placed))).toBe(200);
    const [message] = await messagesOf(placed.id);
    await untilState(shop.engine, message?.message_id ?? "", "read");
    for (const post of [changed(placed), { ...changed(placed), delivery: "43" }])
      expect(await postTea(tea, post)).toBe(200);
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
    const consents = await shop.engine.call<{ consents: object[] }>(
      "GET",
      `/v1/consents?entity_type=order&entity_ref=${placed.id}`,
    );
    expect(consents.body.consents).toMatchObject([
      { purpose: "order-updates", state: "given", assurance: "claimed", method: "checkout_box" },
    ]);
    expect(await listed()).toMatchObject({ state: "active", last_delivery_at: new Date(atMs).toISOString() });
  });

  test("nobody with a key publishes in the name of a connected shop, or takes the ids of its events (D 6.6)", async () => {
    const { key } = await createKey(shop.engine, { kind: "service", scopes: ["event:publish"] });
    const publish = (event: object) => clientWith(shop.engine, key).call("POST", "/v1/events", event);
    const placed = order(stranger());
    const forged = { ...happened("order.placed", { ref: placed.id }), source: tea.source };
    const problem = { code: "conflict", fields: [{ pointer: "/source" }] };
    expect(await publish(forged)).toMatchObject({ status: 409, body: problem });
    expect(await publish(happened("order.placed"))).toMatchObject({ status: 202 });
    expect(await postTea(tea, changed(placed))).toBe(200);
    expect(await messagesOf(placed.id)).toMatchObject([{ reason_code: null }]);
  });

  test("the same order twice with another body: the first stands, and the second is kept as seen again", async () => {
    const placed = order(stranger());
    await postTea(tea, changed(placed));
    expect(await postTea(tea, changed({ ...placed, phone: stranger() }))).toBe(200);
    expect(await messagesOf(placed.id)).toHaveLength(1);
    const [event] = await shop.store.query<{ id: string }>(
      "select event_id as id from webxkey.events where entity_ref = $1",
      [placed.id],
    );
    expect((await auditOf(shop, event?.id ?? "")).at(-1)).toMatchObject({
      actor_type: "host",
      actor_id: tea.connection_id,
      action: "event.seen_again",
    });
  });

  test.each<[string, Partial<TeaOrder>]>([
    ["without the mapped field", { boxes: {} }],
    ["with the box not ticked", { boxes: { updates: "no" } }],
    ["with another field ticked", { boxes: { marketing: true } }],
  ])("an order %s is no consent", async (_what, more) => {
    const placed = order(stranger(), more);
    expect(await postTea(tea, changed(placed))).toBe(200);
    expect(await messagesOf(placed.id)).toMatchObject([{ state: "blocked", reason_code: "no_consent" }]);
  });

  test("a ticked box covers the buyer's own phone and never the parcel's (D 2.2)", async () => {
    const gift = order(stranger(), { buyerPhone: stranger() });
    expect(await postTea(tea, changed(gift))).toBe(200);
    expect(await messagesOf(gift.id)).toMatchObject([{ state: "blocked", reason_code: "no_consent" }]);
    const own = stranger();
    const bought = order(own, { buyerPhone: own });
    expect(await postTea(tea, changed(bought))).toBe(200);
    expect(await messagesOf(bought.id)).toMatchObject([{ reason_code: null }]);
  });

  test("a ticked box lifts no withdrawal", async () => {
    const phone = stranger();
    await postTea(tea, changed(order(phone)));
    await says(shop, { phone, text: "STOP", at: new Date(atMs) });
    const again = order(phone);
    expect(await postTea(tea, changed(again))).toBe(200);
    expect(await messagesOf(again.id)).toMatchObject([
      { state: "blocked", reason_code: "consent_withdrawn" },
    ]);
  });

  test("what happened before the connection was made is recorded and not sent", async () => {
    // The workspace is a day older than the connection, and its rule was on all that time.
    await shop.store.query("update webxkey.workspaces set installed_at = installed_at - interval '1 day'");
    await shop.store.query("update webxkey.rule_states set activated_at = activated_at - interval '1 day'");
    const early = order(stranger(), { placed_at: new Date(atMs - 60_000).toISOString() });
    expect(await postTea(tea, changed(early))).toBe(200);
    expect(await messagesOf(early.id)).toMatchObject([
      { state: "blocked", reason_code: "before_installation" },
    ]);
  });

  test.each<[string, (secret: string) => string | undefined]>([
    ["with another secret", () => undefined],
    ["with an empty secret", () => ""],
    ["with half of the secret", (secret) => secret.slice(0, 20)],
  ])("a delivery signed %s is answered 401, and nothing of it is stored", async (_what, forged) => {
    const before = await events();
    const forger = { ...tea, webhook_secret: forged(tea.webhook_secret) ?? "guessed" };
    expect(await postTea(forger, changed(order(stranger())))).toBe(401);
    expect(await postTea(tea, changed(order(stranger())), { "x-tea-signature": "" })).toBe(401);
    expect(await events()).toBe(before);
    expect((await listed()).last_problem).toMatchObject({ code: "bad_signature" });
  });

  test("a delivery that comes again is refused once it is too old by the engine's clock", async () => {
    const headers = { "x-tea-signed-at": String(atMs) };
    const again = changed(order(stranger()));
    expect(await postTea(tea, again, headers)).toBe(200);
    atMs += 61_000;
    expect(await postTea(tea, again, headers)).toBe(401);
    expect(await postTea(tea, again)).toBe(200);
  });

  test.each<[string, TeaPost | string]>([
    ["that is no JSON", "{"],
    ["that nests too deep", `${"[".repeat(40)}${"]".repeat(40)}`],
  ])("a well-signed delivery %s is answered 200 and stays visible as a problem", async (_what, post) => {
    const before = await events();
    expect(await postTea(tea, post)).toBe(200);
    expect(await events()).toBe(before);
    expect((await listed()).last_problem).toMatchObject({ code: "malformed" });
  });

  test("an order that makes no event is answered 200 and stays visible, and its neighbour is told", async () => {
    const [broken, sound] = [order("not a phone"), order(stranger())];
    expect(await postTea(tea, changed(broken, sound))).toBe(200);
    expect(await messagesOf(broken.id)).toEqual([]);
    expect(await messagesOf(sound.id)).toMatchObject([{ reason_code: null }]);
    expect((await listed()).last_problem).toMatchObject({ code: "not_an_event" });
  });

  test.each<[string, TeaPost | string]>([
    ["an unknown topic", { topic: "tea.spilt" }],
    ["a signed hello", { topic: "hello" }],
  ])("%s is answered 200, and nothing is stored", async (_what, post) => {
    const before = await events();
    expect(await postTea(tea, post)).toBe(200);
    expect(await events()).toBe(before);
  });

  test("the unsigned first call of a new webhook is answered 200, and nothing is stored", async () => {
    const before = await events();
    expect(await postTea(tea, "hello", { "x-tea-signature": "none" })).toBe(200);
    expect(await events()).toBe(before);
  });

  test("a body of more than 1 MiB is answered 413, and any other method than POST 405", async () => {
    expect(await postTea(tea, " ".repeat(1024 * 1024 + 1))).toBe(413);
    // Nothing else would tell the merchant of it (D 9.15).
    expect((await detailOf(tea.connection_id)).problems).toContainEqual(
      expect.objectContaining({
        code: "body_too_large",
        sentence: expect.stringContaining("larger than 1 MB and was refused"),
      }),
    );
    for (const method of ["GET", "PUT", "DELETE"])
      expect((await fetch(tea.webhook_url, { method })).status).toBe(405);
  });

  test("the query of a webhook's address reaches its connector, and is signed with it (D 3.7)", async () => {
    // This platform signs the address as it was given it, so that the connector has to see the same.
    const asked = { ...tea, webhook_url: `${tea.webhook_url}?entity=Opportunity` };
    expect(await postTea(asked, { topic: "hello" })).toBe(200);
  });

  test("an address that leads nowhere is answered as any address that is not there", async () => {
    const { body: unknown } = await shop.engine.call("GET", "/v1/nothing");
    const base = tea.webhook_url.slice(0, -22);
    for (const address of ["A".repeat(22), "", "x", "A".repeat(22).concat("/more"), "%00", "..%2f"]) {
      const response = await fetch(`${base}${address}`, { method: "POST", body: "{}" });
      expect([address, response.status, await response.json()]).toEqual([address, 404, unknown]);
    }
  });

  test("neither address, secret nor credentials can be read from any table or answer", async () => {
    const token = `canary_token_${name}`;
    const made = await connectTea(shop.engine, { settings: { url: "http://127.0.0.1:9/", token } });
    const address = made.webhook_url.slice(-22);
    expect(await placesOf(shop.store, [address, made.webhook_secret, token])).toEqual([]);
    const answer = JSON.stringify((await shop.engine.call("GET", "/v1/connections")).body);
    for (const hidden of [address, made.webhook_secret, token]) expect(answer).not.toContain(hidden);
  });

  test("an address that was rotated leads here for a day beside the new one, and then nowhere, and is deleted", async () => {
    const old = await connectTea(shop.engine);
    const { body: renewed } = await shop.engine.call<TeaConnection>(
      "POST",
      `/v1/connections/${old.connection_id}/rotate-address`,
      {},
    );
    expect(renewed.webhook_secret).toBeNull();
    const now = { ...old, webhook_url: renewed.webhook_url };
    const post = () => Promise.all([postTea(old, { topic: "hello" }), postTea(now, { topic: "hello" })]);
    expect(await post()).toEqual([200, 200]);
    atMs += DAY_MS - 1;
    expect(await post()).toEqual([200, 200]);
    atMs += 1;
    expect(await post()).toEqual([404, 200]);
    await askForChore(shop, "forget-old-connections");
    const kept = () =>
      countOf(shop.store, `webxkey.connection_addresses where connection_id = '${old.connection_id}'`);
    await until("the old address is still there", async () => (await kept()) === 1);
    expect((await auditOf(shop, old.connection_id)).map(({ action }) => action)).toEqual([
      "connection.created",
      "connection.address_rotated",
    ]);
  });

  test("a secret that was rotated in the middle of traffic verifies for a day beside the new one, and then not", async () => {
    const old = await connectTea(shop.engine);
    const rotate = async (body: object) =>
      (
        await shop.engine.call<TeaConnection>(
          "POST",
          `/v1/connections/${old.connection_id}/rotate-secret`,
          body,
        )
      ).body;
    const made = { ...old, webhook_secret: (await rotate({})).webhook_secret };
    const own = { ...old, webhook_secret: "the platform made this one" };
    expect(await rotate({ webhook_secret: own.webhook_secret })).toMatchObject({ webhook_secret: null });
    const post = () => Promise.all([old, made, own].map((one) => postTea(one, { topic: "hello" })));
    expect(await post()).toEqual([200, 200, 200]);
    atMs += DAY_MS;
    expect(await post()).toEqual([401, 401, 200]);
    await askForChore(shop, "forget-old-connections");
    const kept = () =>
      countOf(shop.store, `webxkey.connection_secrets where connection_id = '${old.connection_id}'`);
    await until("the old secrets are still there", async () => (await kept()) === 1);
  });

  test("orders that are posted while secret and address are rotated are all told, each once", async () => {
    const before = await connectTea(shop.engine, { consent_mapping: MAPPING });
    const rotate = async (what: "secret" | "address") =>
      (
        await shop.engine.call<TeaConnection>(
          "POST",
          `/v1/connections/${before.connection_id}/rotate-${what}`,
          {},
        )
      ).body;
    // The platform goes on with what it was told first until somebody enters the new one there.
    let entered: Pick<TeaConnection, "webhook_url" | "webhook_secret"> = before;
    const posted: TeaOrder[] = [];
    let rotated = false;
    const traffic = async () => {
      const answers: number[] = [];
      for (let after = 0; after < 5; after += rotated ? 1 : 0) {
        const placed = order(stranger());
        posted.push(placed);
        answers.push(await postTea(entered, changed(placed)));
      }
      return answers;
    };
    const running = Promise.all([1, 2, 3].map(traffic));
    const { webhook_secret } = await rotate("secret");
    entered = { ...before, webhook_secret };
    const { webhook_url } = await rotate("address");
    entered = { webhook_url, webhook_secret };
    rotated = true;
    expect(new Set((await running).flat())).toEqual(new Set([200]));
    expect(posted.length).toBeGreaterThanOrEqual(15);
    for (const { id } of posted) expect(await messagesOf(id)).toHaveLength(1);
    expect((await listed(before.connection_id)).last_problem).toBeNull();
    const until = new Date(atMs + DAY_MS).toISOString();
    expect(await detailOf(before.connection_id)).toMatchObject({
      old_secret_until: until,
      old_address_until: until,
    });
  });

  test("a removed connection leaves nothing but its audit and what it told", async () => {
    const gone = await connectTea(shop.engine);
    const placed = order(stranger());
    await postTea(gone, changed(placed));
    const path = `/v1/connections/${gone.connection_id}`;
    expect((await shop.engine.call("DELETE", path)).status).toBe(200);
    expect(await postTea(gone, changed(order(stranger())))).toBe(404);
    expect((await shop.engine.call("DELETE", path)).status).toBe(404);
    for (const table of ["connections", "connection_secrets", "connection_addresses"])
      expect(
        await countOf(shop.store, `webxkey.${table} where connection_id = '${gone.connection_id}'`),
      ).toBe(0);
    expect(await messagesOf(placed.id)).toHaveLength(1);
    expect((await auditOf(shop, gone.connection_id)).at(-1)).toMatchObject({
      action: "connection.removed",
      outcome: "tea",
    });
  });

  test.each<[object, string]>([
    [{ connector: "coffee" }, "/connector"],
    [{ settings: {} }, "/settings/url"],
    [{ settings: { url: "http://127.0.0.1:9/", colour: "green" } }, "/settings/colour"],
    [{ source: "with a space" }, "/source"],
    [{ consent_mapping: [{ ...MAPPING[0], wording_version: "0" }] }, "/consent_mapping/0"],
    // A consent that a platform asks for marketing allows no message about an order.
    [{ consent_mapping: [{ ...MAPPING[0], field: "offers" }] }, "/consent_mapping/0"],
    [{ name: "" }, "/name"],
  ])("a connection that could not work is refused by its field: %j", async (wish, pointer) => {
    const before = await countOf(shop.store, "webxkey.connections");
    const { status, body } = await shop.engine.call<{ fields: { pointer: string }[] }>(
      "POST",
      "/v1/connections",
      {
        connector: "tea",
        name: "Tea",
        settings: { url: "http://127.0.0.1:9/" },
        ...wish,
      },
    );
    expect([status, body.fields.map((field) => field.pointer)]).toEqual([400, [pointer]]);
    expect(await countOf(shop.store, "webxkey.connections")).toBe(before);
  });

  test("two connections never share a source, and each has one of its own without being told", async () => {
    const [one, other] = [await connectTea(shop.engine), await connectTea(shop.engine)];
    expect(one.source).toMatch(/^\/tea\/[0-9a-f]{12}$/);
    expect(one.source).not.toBe(other.source);
    const again = await shop.engine.call("POST", "/v1/connections", {
      connector: "tea",
      name: "Tea",
      source: one.source,
      settings: { url: "http://127.0.0.1:9/" },
    });
    expect(again).toMatchObject({ status: 409, body: { fields: [{ pointer: "/source" }] } });
  });

  test("a change is kept and audited, and one of nothing is none", async () => {
    const { connection_id } = await connectTea(shop.engine);
    const path = `/v1/connections/${connection_id}`;
    const change = { name: "Ceylon Teas", state: "paused", consent_mapping: MAPPING };
    expect(await shop.engine.call("PUT", path, change)).toMatchObject({ status: 200, body: change });
    expect((await shop.engine.call("PUT", path, {})).status).toBe(200);
    expect((await auditOf(shop, connection_id)).map(({ outcome }) => outcome)).toEqual([
      "tea",
      "name consent_mapping paused",
    ]);
    expect((await shop.engine.call("PUT", path, { settings: { url: "x" } })).status).toBe(400);
  });

  test("a paused connection of a platform that cannot be asked tells nothing, visibly", async () => {
    const paused = await connectTea(shop.engine);
    await shop.engine.call("PUT", `/v1/connections/${paused.connection_id}`, { state: "paused" });
    const placed = order(stranger());
    expect(await postTea(paused, changed(placed))).toBe(200);
    expect(await messagesOf(placed.id)).toEqual([]);
    expect((await listed(paused.connection_id)).last_problem).toMatchObject({
      code: "not_taken_while_paused",
    });
  });
});

describe.each(STORES)("what is read again, on %s", (name) => {
  let shop: Shop;
  let platform: TeaServer;
  let unsigned: TeaConnection;
  let signed: TeaConnection;
  const atMs = Date.now();
  beforeAll(async () => {
    platform = await startTeaServer();
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop(), teaShop({ id: "green-tea", signed: false, polled: false })],
      clock: { now: () => new Date(atMs) },
    });
    const wish = { settings: { url: platform.url }, consent_mapping: MAPPING };
    unsigned = await connectTea(shop.engine, { ...wish, connector: "green-tea" });
    signed = await connectTea(shop.engine, wish);
  });
  afterEach(() => {
    platform.broken = undefined;
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
  });

  /** An order that the platform knows. */
  function there(more: Partial<TeaOrder> = {}): TeaOrder {
    const order = teaOrder(stranger(), { placed_at: new Date(atMs).toISOString(), boxes: TICKED, ...more });
    platform.orders.set(order.id, order);
    return order;
  }
  const named = ({ id, state }: TeaOrder): TeaPost => ({ topic: "order.changed", names: [{ id, state }] });
  const factOf = async (order: TeaOrder, of = unsigned) => {
    const [fact] = await shop.store.query<{
      outcome: string;
      attempts: number;
      parked: boolean;
      done: boolean;
    }>(
      `select outcome, attempts, parked_at is not null as parked, done_at is not null as done
       from webxkey.connector_facts where entity_id = $1 and connection_id = $2`,
      [order.id, of.connection_id],
    );
    return fact;
  };
  const settled = (order: TeaOrder, of = unsigned) =>
    until("the fact is not done", async () => {
      const fact = await factOf(order, of);
      return fact?.done && fact;
    });
  const messagesOf = (order: TeaOrder, of = unsigned) =>
    shop.store.query<{ message_id: string }>(
      `select m.message_id from webxkey.messages m join webxkey.events e
       on e.workspace_id = m.workspace_id and e.event_id = m.event_id where e.entity_ref = $1 and e.source = $2`,
      [order.id, of.source],
    );
  const dueNow = async () => {
    await shop.store.query("update webxkey.connections set read_after = null");
    await shop.store.query("update webxkey.connector_facts set due_at = now() where done_at is null");
  };
  const untoldOf = async (order: TeaOrder, { connection_id } = unsigned) => {
    const { body } = await shop.engine.call<Detail>("GET", `/v1/connections/${connection_id}`);
    return body.untold.find(({ entity_ref }) => entity_ref === order.id);
  };
  /** What the order's own timeline says of it. */
  const toldOf = async ({ id }: TeaOrder) => {
    const { body } = await shop.engine.call<{ entries: { kind: string; sentence: string }[] }>(
      "GET",
      `/v1/entities/order/${id}/timeline`,
    );
    return body.entries.map(({ kind, sentence }) => `${kind}: ${sentence}`);
  };
  const problemOf = async ({ connection_id }: TeaConnection) => {
    const { body } = await shop.engine.call<{ connections: Listed[] }>("GET", "/v1/connections");
    return body.connections.find((one) => one.connection_id === connection_id)?.last_problem?.code;
  };

  test("a body that nobody signed is a hint: the order is read at the platform, and only that is told", async () => {
    const order = there();
    const lie: TeaOrder = { ...order, phone: stranger() };
    expect(await postTea(unsigned, { topic: "order.changed", orders: [lie] })).toBe(200);
    expect(await settled(order)).toMatchObject({ outcome: "published" });
    expect(await messagesOf(order)).toHaveLength(1);
    expect(await acceptedOnce(order.phone)).toBe(1);
    expect(await acceptedFor(shop, lie.phone)).toEqual([]);
  });
  const acceptedOnce = (phone: string) =>
    until("nothing was sent", async () => (await acceptedFor(shop, phone)).length || undefined);

  test("an order that is not there is nothing to tell", async () => {
    const order = teaOrder(stranger());
    expect(await postTea(unsigned, named(order))).toBe(200);
    expect(await settled(order)).toMatchObject({ outcome: "nothing_to_tell", attempts: 1 });
    expect(await messagesOf(order)).toEqual([]);
  });

  test("an order that is deleted before it is read says so, on its connection and on its own timeline", async () => {
    const order = there();
    platform.broken = 500;
    await postTea(unsigned, named(order));
    await until("it was not tried", async () => (await factOf(order))?.outcome === "not_readable");
    platform.orders.delete(order.id);
    platform.broken = undefined;
    await dueNow();
    await settled(order);
    expect(await untoldOf(order)).toMatchObject({
      standing: "not_told",
      next_try_at: null,
      reason: { code: "nothing_to_tell", sentence: expect.stringContaining("not at the platform any more") },
    });
    expect(await toldOf(order)).toEqual([
      "decided: The shop reported the state placed. Nobody is written to: it is not at the platform any more, or what is there does not say the same.",
    ]);
    expect(await acceptedFor(shop, order.phone)).toEqual([]);
  });

  test("credentials that the platform refuses are said so, and nothing is given up until they are mended", async () => {
    const order = there();
    platform.broken = 401;
    await postTea(unsigned, named(order));
    await until("it was not tried", async () => (await factOf(order))?.outcome === "platform_unauthorized");
    // More tries than a fact has that cannot be read for another reason.
    await shop.store.query("update webxkey.connector_facts set attempts = 40 where entity_id = $1", [
      order.id,
    ]);
    await dueNow();
    await until("it was not tried again", async () => ((await factOf(order))?.attempts ?? 0) > 40);
    expect(await problemOf(unsigned)).toBe("platform_unauthorized");
    expect(await untoldOf(order)).toMatchObject({
      standing: "waiting",
      next_try_at: expect.any(String),
      reason: { sentence: expect.stringContaining("credentials") },
    });
    expect(await toldOf(order)).toEqual([
      "held: The shop reported the state placed. The shop refused the credentials, or their user may not read orders. Enter credentials that may.",
    ]);
    platform.broken = undefined;
    // Its next try is five minutes away.
    const retried = await shop.engine.call("POST", `/v1/connections/${unsigned.connection_id}/retry`, {});
    expect(retried).toMatchObject({ body: { retried: 1 } });
    await settled(order);
    expect(await messagesOf(order)).toHaveLength(1);
    expect((await toldOf(order)).some((line) => line.includes("The shop reported the state"))).toBe(false);
  });

  test("a signed delivery that only names its order is read again too, and its message is one", async () => {
    const order = there();
    expect(await postTea(signed, named(order))).toBe(200);
    await settled(order, signed);
    expect(await postTea(signed, { topic: "order.changed", orders: [order] })).toBe(200);
    expect(await messagesOf(order, signed)).toHaveLength(1);
  });

  test("a platform that is away is asked again, later each time, and nothing is lost", async () => {
    const order = there();
    platform.broken = "hangs_up";
    expect(await postTea(unsigned, named(order))).toBe(200);
    await until("it was not tried", async () => (await factOf(order))?.outcome === "platform_unavailable");
    expect(await problemOf(unsigned)).toBe("platform_unavailable");
    platform.broken = undefined;
    await dueNow();
    expect(await settled(order)).toMatchObject({ outcome: "published" });
    expect(await messagesOf(order)).toHaveLength(1);
  });

  test("what cannot be read twelve times is parked, blocks nobody, and is read when somebody retries", async () => {
    const order = there();
    platform.broken = 500;
    await postTea(unsigned, named(order));
    await until("it was not tried", async () => (await factOf(order))?.outcome === "not_readable");
    // The tries between would take twenty minutes.
    await shop.store.query("update webxkey.connector_facts set attempts = 11 where entity_id = $1", [
      order.id,
    ]);
    await dueNow();
    await until("it is not parked", async () => (await factOf(order))?.parked);
    expect(await factOf(order)).toMatchObject({ attempts: 12, outcome: "not_readable" });
    expect(await problemOf(unsigned)).toBe("parked");
    expect(await untoldOf(order)).toMatchObject({
      standing: "given_up",
      tries: 12,
      next_try_at: null,
      reason: { code: "not_readable", sentence: expect.stringMatching(/^Given up: .* retry\.$/) },
    });
    platform.broken = undefined;
    const other = there();
    await postTea(unsigned, named(other));
    await settled(other);
    expect((await factOf(order))?.parked).toBe(true);
    expect(
      await shop.engine.call("POST", `/v1/connections/${unsigned.connection_id}/retry`, {}),
    ).toMatchObject({
      body: { retried: 1 },
    });
    await settled(order);
    expect(await messagesOf(order)).toHaveLength(1);
  });

  test("a paused connection keeps what is posted, and tells it when it goes on", async () => {
    const order = there();
    const path = `/v1/connections/${signed.connection_id}`;
    await shop.engine.call("PUT", path, { state: "paused" });
    expect(await postTea(signed, { topic: "order.changed", orders: [order] })).toBe(200);
    expect([await messagesOf(order, signed), (await factOf(order, signed))?.attempts]).toEqual([[], 0]);
    await shop.engine.call("PUT", path, { state: "active" });
    await settled(order, signed);
    expect(await messagesOf(order, signed)).toHaveLength(1);
  });

  test("two workers on one database read each fact once", async () => {
    const orders = Array.from({ length: 30 }, () => there());
    await shop.engine.startWorker();
    platform.asked.length = 0;
    await postTea(unsigned, {
      topic: "order.changed",
      names: orders.map(({ id, state }) => ({ id, state })),
    });
    for (const order of orders) await settled(order);
    const reads = platform.asked.filter((path) => orders.some(({ id }) => path.endsWith(id)));
    expect(reads.length).toBe(new Set(reads).size);
  });

  test("what an unsigned body asks for in the name of the law is not believed", async () => {
    const wish = { kind: "erase_shop", key: "1", person: {} } as const;
    expect(await postTea(unsigned, { topic: "privacy", wish })).toBe(200);
    expect(await countOf(shop.store, "webxkey.privacy_requests")).toBe(0);
  });

  const poll = async () => {
    const asked = platform.asked.length;
    await askForChore(shop, "poll-connections");
    await until("nobody polled", async () =>
      platform.asked.slice(asked).some((path) => path.includes("since=")),
    );
  };

  test("an order that no webhook told of is found by the poll, from the moment of the connection on", async () => {
    const missed = there();
    const early = there({
      placed_at: new Date(atMs - DAY_MS).toISOString(),
      changed_at: new Date(atMs - DAY_MS).toISOString(),
    });
    await poll();
    await settled(missed, signed);
    const [event] = await shop.store.query<{ origin: string }>(
      "select origin from webxkey.events where entity_ref = $1",
      [missed.id],
    );
    expect(event).toEqual({ origin: "sweep" });
    expect(await factOf(early, signed)).toBeUndefined();
  });

  test("the same order by webhook and by poll gives one message, whichever comes first", async () => {
    const [pushedFirst, polledFirst] = [there(), there()];
    expect(await postTea(signed, { topic: "order.changed", orders: [pushedFirst] })).toBe(200);
    await poll();
    await settled(polledFirst, signed);
    expect(await postTea(signed, { topic: "order.changed", orders: [polledFirst] })).toBe(200);
    for (const order of [pushedFirst, polledFirst]) expect(await messagesOf(order, signed)).toHaveLength(1);
    expect(await factOf(pushedFirst, signed), "what was told is not read again").toBeUndefined();
  });
});

describe.each(STORES)("a platform that signs nothing and waits for nobody, on %s", (name) => {
  test("has told once all the same, whether it hung up before our answer or in the middle of its own body", async () => {
    await using platform = await startTeaServer();
    await using shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop({ signed: false })],
    });
    const tea = await connectTea(shop.engine, {
      settings: { url: platform.url },
      consent_mapping: MAPPING,
    });
    const orders = [1, 2].map(() => teaOrder(stranger(), { boxes: TICKED }));
    for (const order of orders) platform.orders.set(order.id, order);
    for (const [index, { id, state }] of orders.entries()) {
      const body = JSON.stringify({ topic: "order.changed", names: [{ id, state }] });
      await hangUp(tea, body, { afterBytes: index === 0 ? body.length : 20 });
    }
    await askForChore(shop, "poll-connections");
    for (const { phone } of orders) {
      await until("nothing was sent", async () => (await acceptedFor(shop, phone)).length > 0);
      expect(await acceptedFor(shop, phone)).toHaveLength(1);
    }
    const { body } = await shop.engine.call<{ entries: { sentence: string }[] }>(
      "GET",
      `/v1/entities/order/${orders[1]?.id}/timeline`,
    );
    expect(body.entries[0]?.sentence).toBe(
      "Order placed in the shop. Found by a later look, because the shop's own event did not arrive.",
    );
  });
});

test("while the database is away a delivery is answered 503, and told again it is taken", async () => {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await quietSimulator());
  const server = await startPostgres();
  opened.defer(() => server.stop());
  const storage = postgres({ connectionString: await server.createDatabase() });
  const engine = opened.use(await startEngine({ storage, simulator, connectors: [teaShop({ api: false })] }));
  const tea = await connectTea(engine);
  const post: TeaPost = { topic: "order.changed", orders: [teaOrder(stranger())] };
  await server.kill();
  expect(await postTea(tea, post)).toBe(503);
  await server.restart();
  await until("it is not taken", async () => (await postTea(tea, post)) === 200);
});

/** Posts without waiting for the answer, as a platform does whose time is over. */
async function hangUp(
  { webhook_url }: TeaConnection,
  body: string,
  { afterBytes }: { readonly afterBytes: number },
): Promise<void> {
  const { hostname, port, pathname } = new URL(webhook_url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${body.length}\r\n\r\n`;
  await new Promise((resolve) => socket.write(head + body.slice(0, afterBytes), resolve));
  socket.destroy();
  await once(socket, "close");
}
