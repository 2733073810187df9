import type { PrivacyWish } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, WORDING } from "./engine.ts";
import {
  connectTea,
  postTea,
  startTeaServer,
  type TeaConnection,
  type TeaServer,
  teaOrder,
  teaShop,
} from "./made-up-platform.ts";
import {
  acceptedFor,
  auditOf,
  happened,
  openShop,
  publishOne,
  refOf,
  type Shop,
  stranger,
  until,
  webhooksApplied,
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

interface Request {
  readonly request_id: string;
  readonly kind: string;
  readonly state: string;
  readonly source: string;
  readonly received_at: string;
  readonly due_at: string;
  readonly overdue: boolean;
  readonly restricted: number;
}

interface ShownRequest extends Request {
  readonly person: { readonly phone: string | null; readonly order_refs: readonly string[] };
  readonly answer: { readonly by: string; readonly note: string } | null;
}

let wishes = 0;

describe.each(STORES)("what the law asks for through a platform, on %s", (name) => {
  let shop: Shop;
  let platform: TeaServer;
  let tea: TeaConnection;
  let aheadMs = 0;
  beforeAll(async () => {
    platform = await startTeaServer();
    // Without a worker: what is queued stays queued, and a test claims when it wants to.
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop()],
      worker: false,
      on: ["order-confirmation", "password-reset-notice"],
      clock: { now: () => new Date(Date.now() + aheadMs) },
    });
    for (const role of ["privacy_officer", "admin", "auditor", "operator"])
      await shop.engine.call("PUT", `/v1/members/a_${role}`, { role });
    tea = await connectTea(shop.engine, { settings: { url: platform.url }, consent_mapping: MAPPING });
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
  });

  const wish = (kind: PrivacyWish["kind"], person: PrivacyWish["person"] = {}): PrivacyWish => {
    wishes += 1;
    return { kind, key: `wish_${wishes}`, person };
  };
  const post = async (of: PrivacyWish, at = tea) => {
    expect(await postTea(at, { topic: "privacy", delivery: "77", wish: of })).toBe(200);
  };
  const requests = async (as?: string) => {
    const { status, body } = await shop.engine.call<{ privacy_requests: Request[] }>(
      "GET",
      "/v1/privacy-requests",
      undefined,
      as,
    );
    expect(status).toBe(200);
    return body.privacy_requests;
  };
  /** An order told by its platform, as its message stands. */
  async function told(phone: string, at = tea) {
    const order = teaOrder(phone, { boxes: { updates: true } });
    await postTea(at, { topic: "order.changed", orders: [order] });
    return order;
  }
  const stateOf = async (ref: string) => {
    const [message] = await shop.store.query<{ id: string; state: string; reason_code: string | null }>(
      `select m.message_id as id, m.state, m.reason_code from webxkey.messages m
       join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id where e.entity_ref = $1`,
      [ref],
    );
    return message;
  };

  test("each of the three kinds opens a request that is due in thirty days and names nobody", async () => {
    const phone = stranger();
    for (const kind of ["access", "erase_person"] as const)
      await post(wish(kind, { phone, customerRef: "canary_customer", orderRefs: ["canary_order"] }));
    const open = (await requests()).filter(({ state }) => state === "open").slice(-2);
    expect(open.map(({ kind, state, source }) => [kind, state, source]).sort()).toEqual([
      ["access", "open", tea.source],
      ["erase_person", "open", tea.source],
    ]);
    for (const { received_at, due_at } of open)
      expect(Date.parse(due_at) - Date.parse(received_at)).toBe(30 * DAY_MS);
    expect(JSON.stringify(open)).not.toMatch(/canary|\+1650/);
    expect(await placesOf(shop.store, [phone, phone.slice(1), "canary_customer", "canary_order"])).toEqual(
      [],
    );
  });

  const one = async (of: PrivacyWish) => {
    const before = new Set((await requests()).map(({ request_id }) => request_id));
    await post(of);
    return (await requests()).find(({ request_id }) => !before.has(request_id)) as Request;
  };
  const pathOf = ({ request_id }: Request) => `/v1/privacy-requests/${request_id}`;
  const answer = (of: Request, as: string, note = "canary_note, by registered post") =>
    shop.engine.call<ShownRequest & { detail: string }>("POST", `${pathOf(of)}/answer`, { note }, as);
  const auditedOf = async ({ request_id }: Request) =>
    (await auditOf(shop, request_id)).map(({ actor_id, action }) => [actor_id, action]);

  test("who has to see to a request is shown whom it is about, the number masked, and that is in the audit", async () => {
    const phone = stranger();
    const asked = await one(wish("access", { phone, customerRef: "8", orderRefs: ["7", "9"] }));
    const { status, body } = await shop.engine.call<ShownRequest>(
      "GET",
      pathOf(asked),
      undefined,
      "a_auditor",
    );
    expect([status, body]).toEqual([
      200,
      {
        ...asked,
        person: { phone: `+1********${phone.slice(-2)}`, customer_ref: "8", order_refs: ["7", "9"] },
        answer: null,
      },
    ]);
    expect((await auditedOf(asked)).at(-1)).toEqual(["a_auditor", "privacy_request.shown"]);
    expect((await shop.engine.call("GET", pathOf(asked), undefined, "a_operator")).status).toBe(403);
    expect((await shop.engine.call("GET", "/v1/privacy-requests/none")).status).toBe(400);
  });

  test("a wish to know is closed by who may, once, with a note that is kept sealed, and stands in the audit", async () => {
    const asked = await one(wish("access", { phone: stranger() }));
    expect((await answer(asked, "a_admin")).status).toBe(403);
    expect((await answer(asked, "a_privacy_officer", " ")).status).toBe(400);
    expect(await answer(asked, "a_privacy_officer")).toMatchObject({
      status: 200,
      body: {
        state: "answered",
        answered_at: expect.stringMatching(/Z$/),
        answer: { by: "a_privacy_officer", note: "canary_note, by registered post" },
      },
    });
    expect(await answer(asked, "a_privacy_officer")).toMatchObject({
      status: 409,
      body: { detail: "This request was answered before." },
    });
    expect(await auditedOf(asked)).toEqual([
      [tea.connection_id, "privacy_request.opened"],
      ["a_privacy_officer", "privacy_request.answered"],
    ]);
    expect(await placesOf(shop.store, ["canary_note"])).toEqual([]);
    expect((await requests()).at(-1)).toMatchObject({ request_id: asked.request_id, state: "answered" });
  });

  test("of two who close one wish at once one is told that it was answered", async () => {
    const asked = await one(wish("access", { phone: stranger() }));
    const answers = await Promise.all([1, 2, 3].map(() => answer(asked, "a_privacy_officer")));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await auditedOf(asked)).toHaveLength(2);
  });

  test.each(["erase_person", "erase_shop"] as const)(
    "a wish of the kind %s is closed by nobody's hand, and by no statement either",
    async (kind) => {
      const left = await connectTea(shop.engine, { settings: { url: platform.url } });
      const before = new Set((await requests()).map(({ request_id }) => request_id));
      await post(wish(kind, kind === "erase_person" ? { phone: stranger() } : {}), left);
      const asked = (await requests()).find(({ request_id }) => !before.has(request_id)) as Request;
      expect(await answer(asked, "a_privacy_officer")).toMatchObject({
        status: 409,
        body: { code: "conflict", detail: expect.stringMatching(/closed by erasing alone/) },
      });
      await expect(
        shop.store.query(
          `update webxkey.privacy_requests set state = 'answered', answered_at = now(), answered_by = 'x',
           answer_sealed = '' where request_id = $1`,
          [asked.request_id],
        ),
      ).rejects.toThrow(/privacy_requests_answer_check/);
      expect((await requests()).find(({ request_id }) => request_id === asked.request_id)?.state).toBe(
        "open",
      );
    },
  );

  test("what is open after its day is overdue and stands first; what was answered is not", async () => {
    const [late, done] = [
      await one(wish("access", { phone: stranger() })),
      await one(wish("access", { phone: stranger() })),
    ];
    await answer(done, "a_privacy_officer");
    const overdue = async () => (await requests()).flatMap((each) => (each.overdue ? [each.request_id] : []));
    const untilDueMs = Date.parse(late.due_at) - Date.now();
    aheadMs = untilDueMs - 60_000;
    expect(await overdue()).not.toContain(late.request_id);
    aheadMs = untilDueMs + 1;
    expect(await overdue()).toContain(late.request_id);
    expect(await overdue()).not.toContain(done.request_id);
    aheadMs = 0;
  });

  test("the same wish told again opens nothing", async () => {
    const same = wish("access", { phone: stranger() });
    await post(same);
    const before = await requests();
    await post(same);
    expect(await requests()).toEqual(before);
  });

  test("a wish to be erased cancels what waits and stops what comes later, with a reason", async () => {
    const phone = stranger();
    const waiting = await told(phone);
    expect(await stateOf(waiting.id)).toMatchObject({ state: "queued" });
    await post(wish("erase_person", { phone, orderRefs: [] }));
    const cancelled = await stateOf(waiting.id);
    expect(cancelled).toMatchObject({ state: "cancelled", reason_code: "person_restricted" });
    expect((await auditOf(shop, cancelled?.id ?? "")).at(-1)).toMatchObject({
      action: "message.cancelled",
      outcome: "person_restricted",
    });
    const later = await told(phone);
    expect(await stateOf(later.id)).toMatchObject({ state: "blocked", reason_code: "person_restricted" });
    const reset = happened("account.password_reset", { phone });
    await publishOne(shop, reset);
    expect(await stateOf(refOf(reset))).toMatchObject({ reason_code: "person_restricted" });
  });

  test("somebody who is named by orders alone is found by them", async () => {
    const phone = stranger();
    const known = await told(phone);
    const asked = await one(wish("erase_person", { orderRefs: [known.id] }));
    expect(await stateOf(known.id)).toMatchObject({ state: "cancelled", reason_code: "person_restricted" });
    expect(asked).toMatchObject({ restricted: 1 });
  });

  test("somebody whom nobody met yet is restricted by the number, for what is still on its way", async () => {
    const phone = stranger();
    await post(wish("erase_person", { phone }));
    const later = await told(phone);
    expect(await stateOf(later.id)).toMatchObject({ state: "blocked", reason_code: "person_restricted" });
  });

  test("a wish that names the number as WhatsApp writes it restricts the number of the order (D 1.1)", async () => {
    await post(wish("erase_person", { phone: "+551187650001" }));
    const later = await told("+5511987650001");
    expect(await stateOf(later.id)).toMatchObject({ state: "blocked", reason_code: "person_restricted" });
  });

  test("what was to be read of the person is not read any more", async () => {
    const order = teaOrder(stranger());
    platform.orders.set(order.id, order);
    await postTea(tea, { topic: "order.changed", names: [{ id: order.id, state: "placed" }] });
    const waits = () => countOf(shop.store, `webxkey.connector_facts where entity_id = '${order.id}'`);
    expect(await waits()).toBe(1);
    await post(wish("erase_person", { orderRefs: [order.id] }));
    expect(await waits()).toBe(0);
  });

  test("a message that was queued in the same moment is denied at its claim", async () => {
    const phone = stranger();
    const waiting = await told(phone);
    // As if the intake had committed right after the wish.
    await post(wish("erase_person", { phone }));
    await shop.store.query(
      `update webxkey.messages set state = 'queued', reason_code = null where message_id = $1`,
      [(await stateOf(waiting.id))?.id],
    );
    await using worker = await shop.engine.startWorker();
    await until("it is still queued", async () => (await stateOf(waiting.id))?.state !== "queued");
    expect(await stateOf(waiting.id)).toMatchObject({ state: "blocked", reason_code: "person_restricted" });
    expect(await acceptedFor(shop, phone)).toEqual([]);
    await worker.stop();
  });

  test("who asked to be erased and then takes a new number is not written to there (D 1.1)", async () => {
    const [before, after] = [stranger(), stranger()];
    await shop.simulator.phone(before).reply("When do you open?");
    await post(wish("erase_person", { phone: before }));
    await shop.simulator.phone(before).changeNumber(after);
    await using worker = await shop.engine.startWorker();
    await webhooksApplied(shop);
    expect(await stateOf((await told(after)).id)).toMatchObject({
      state: "blocked",
      reason_code: "person_restricted",
    });
    await worker.stop();
  });

  test("a wish to know is no restriction", async () => {
    const phone = stranger();
    await post(wish("access", { phone }));
    expect(await stateOf((await told(phone)).id)).toMatchObject({ reason_code: null });
  });

  test("a shop that leaves restricts those who are known from it, and not those of another source", async () => {
    const left = await connectTea(shop.engine, { settings: { url: platform.url }, consent_mapping: MAPPING });
    const [ofLeft, ofOther] = [stranger(), stranger()];
    const waiting = await told(ofLeft, left);
    const other = happened("order.placed", { phone: ofOther });
    await shop.engine.messaging.publish(other, { claims: [claim()] });
    await post(wish("erase_shop"), left);
    expect(await stateOf(waiting.id)).toMatchObject({ state: "cancelled", reason_code: "person_restricted" });
    expect(await stateOf(refOf(other))).toMatchObject({ reason_code: null });
    expect((await requests()).find(({ source }) => source === left.source)).toMatchObject({
      kind: "erase_shop",
      restricted: 1,
    });
    const { body } = await shop.engine.call<{ connections: { connection_id: string; state: string }[] }>(
      "GET",
      "/v1/connections",
    );
    expect(body.connections.find((one) => one.connection_id === left.connection_id)?.state).toBe("paused");
    await shop.engine.call("DELETE", `/v1/connections/${left.connection_id}`);
    expect((await requests()).some(({ source }) => source === left.source)).toBe(true);
  });

  test("a request whose signature is wrong opens nothing", async () => {
    const before = await requests();
    const forger = { ...tea, webhook_secret: "guessed" };
    expect(await postTea(forger, { topic: "privacy", wish: wish("erase_shop") })).toBe(401);
    expect(await requests()).toEqual(before);
  });

  test("the audit holds together", async () => {
    expect(await shop.engine.call("POST", "/v1/audit/verify")).toMatchObject({
      body: { ok: true, faults: [] },
    });
  });
});

describe.each(STORES)("a workspace that has but one shop, on %s", (name) => {
  test("restricts everybody when that shop leaves, also who is known from elsewhere", async () => {
    await using shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop({ api: false })],
      worker: false,
    });
    const tea = await connectTea(shop.engine, { consent_mapping: MAPPING });
    await shop.engine.call("PUT", "/v1/members/officer", { role: "privacy_officer" });
    const granted = await shop.engine.call(
      "POST",
      "/v1/consents",
      {
        identity: { kind: "phone", value: stranger() },
        channel: "whatsapp",
        wording: { id: WORDING.id, version: WORDING.version, language: "en", text: WORDING.text },
        method: "form",
        evidence: "form 7",
        reason: "signed at the desk",
        occurred_at: new Date().toISOString(),
      },
      "officer",
    );
    expect(granted.status).toBe(201);
    const order = teaOrder(stranger(), { boxes: { updates: true } });
    await postTea(tea, { topic: "order.changed", orders: [order] });
    await postTea(tea, { topic: "privacy", wish: { kind: "erase_shop", key: "1", person: {} } });
    expect(await countOf(shop.store, "webxkey.contact_restrictions")).toBe(2);
  });
});
