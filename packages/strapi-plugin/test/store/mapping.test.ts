import { type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ContentType } from "../../server/src/mapping/check.ts";
import { type Api, createApi, registerOwner, signInColleague } from "./api.ts";
import { type App, openApp } from "./open-app.ts";
import { anOrder, BOOKINGS, expectDrained, factsOf, map, messagesOf, ORDERS, setUp, WITHIN } from "./shop.ts";

let simulator: GraphSimulator;
let app: App;
let owner: Api;

beforeAll(async () => {
  simulator = await startGraphSimulator({ statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 } });
  app = await openApp({ graphUrl: simulator.url });
  owner = await registerOwner(app);
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await simulator?.close();
});

interface Documents {
  create(of: object): Promise<{ documentId: string }>;
  update(of: object): Promise<{ documentId: string }>;
  publish(of: object): Promise<unknown>;
  unpublish(of: object): Promise<unknown>;
  discardDraft(of: object): Promise<unknown>;
  delete(of: object): Promise<unknown>;
}
const PREVIEW = "/webxkey/mapping/preview";
const documents = (uid: string) => app.strapi.documents(uid as never) as unknown as Documents;

test("what was there before it was said to be an order is not told, also when it is touched later", async () => {
  const before = await documents("api::order.order").create({ data: anOrder({ stage: "shipped" }) });
  const draft = await documents("api::booking.booking").create({ data: aBooking() });
  await setUp(owner, { order: ORDERS, account: null });
  await documents("api::order.order").update({
    documentId: before.documentId,
    data: { customerName: "Touched" },
  });
  await app.runtime.sweep();
  await expectDrained(app);
  expect(await messagesOf(owner, before.documentId)).toEqual([]);

  await documents("api::order.order").update({ documentId: before.documentId, data: { stage: "cancelled" } });
  await expect.poll(() => messagesOf(owner, before.documentId), WITHIN).toEqual(["order-cancelled read"]);

  // A draft has not happened yet: published after the mapping, it is an order of after the mapping.
  await map(owner, { order: BOOKINGS, account: null });
  await documents("api::booking.booking").publish({ documentId: draft.documentId });
  await expect.poll(() => messagesOf(owner, draft.documentId), WITHIN).toEqual(["order-confirmation read"]);
});

const aBooking = (more: Record<string, unknown> = {}) => {
  const { code, phone, total, whatsapp } = anOrder();
  return { code, phone, total, whatsapp, stage: "open", ...more };
};

describe("draft and publish", () => {
  beforeAll(() => map(owner, { order: BOOKINGS, account: null }));

  test("a draft is no act, publishing it is one, and publishing it again is none", async () => {
    const bookings = documents("api::booking.booking");
    const data = aBooking();
    const { documentId } = await bookings.create({ data });
    await bookings.update({ documentId, data: { stage: "open" } });
    await app.runtime.sweep();
    await expectDrained(app);
    expect(await factsOf(app, documentId)).toEqual([]);

    await bookings.publish({ documentId });
    await expect.poll(() => messagesOf(owner, documentId), WITHIN).toEqual(["order-confirmation read"]);
    await bookings.publish({ documentId });
    await bookings.unpublish({ documentId });
    await bookings.publish({ documentId });
    await app.runtime.sweep();
    await expectDrained(app);
    expect(await messagesOf(owner, documentId)).toEqual(["order-confirmation read"]);
    expect(await simulator.accepted({ phone: data.phone })).toHaveLength(1);
  });

  test("one that is unpublished before it is told is told when it is published again", async () => {
    const bookings = documents("api::booking.booking");
    const { documentId } = await bookings.create({ data: aBooking() });
    await app.strapi.db.transaction(async () => {
      await bookings.publish({ documentId });
      await bookings.unpublish({ documentId });
    });
    await expectDrained(app);
    expect(await factsOf(app, documentId)).toMatchObject([{ outcome: "nothing_to_tell" }, {}]);
    await bookings.publish({ documentId });
    await expect.poll(() => messagesOf(owner, documentId), WITHIN).toEqual(["order-confirmation read"]);
  });

  test("one that is created published is told once", async () => {
    const { documentId } = await documents("api::booking.booking").create({
      data: aBooking(),
      status: "published",
    });
    await expect.poll(() => messagesOf(owner, documentId), WITHIN).toEqual(["order-confirmation read"]);
    expect(await factsOf(app, documentId)).toHaveLength(2);
  });

  test("one that is published in the admin is told once", async () => {
    const bookings = "/content-manager/collection-types/api::booking.booking";
    const data = aBooking();
    const { body } = await owner<{ data: { documentId: string } }>("POST", bookings, data);
    const { documentId } = body.data;
    expect(await factsOf(app, documentId)).toEqual([]);
    expect((await owner("POST", `${bookings}/${documentId}/actions/publish`, data)).status).toBe(200);
    await expect.poll(() => messagesOf(owner, documentId), WITHIN).toEqual(["order-confirmation read"]);
    await expectDrained(app);
    expect(await simulator.accepted({ phone: data.phone })).toHaveLength(1);
  });

  test("a draft that is discarded takes nothing back, an entry that is deleted does", async () => {
    const bookings = documents("api::booking.booking");
    const { documentId } = await bookings.create({ data: aBooking(), status: "published" });
    await bookings.discardDraft({ documentId });
    await expectDrained(app);
    const outcomes = async () => (await factsOf(app, documentId)).map(({ outcome }) => outcome);
    expect(await outcomes()).not.toContain("withdrawn");
    await bookings.delete({ documentId });
    await expectDrained(app);
    expect(await outcomes()).toContain("withdrawn");
  });

  test("a state is told when what people see is in it, not while only the draft is", async () => {
    const bookings = documents("api::booking.booking");
    const { documentId } = await bookings.create({ data: aBooking(), status: "published" });
    await bookings.update({ documentId, data: { stage: "shipped" } });
    await app.runtime.sweep();
    await expectDrained(app);
    expect((await factsOf(app, documentId)).map(({ state }) => state)).toEqual([null, "open"]);

    await bookings.publish({ documentId });
    await expect
      .poll(() => messagesOf(owner, documentId), WITHIN)
      .toEqual(["order-confirmation read", "order-shipped read"]);
  });
});

describe("a mapping", () => {
  beforeAll(() => map(owner, { order: ORDERS, account: null }));

  test("is refused by the server where it would read what must not be read", async () => {
    const { fields } = ORDERS;
    const cases = [
      [{ ...ORDERS, content_type: "admin::user" }, "/order/content_type"],
      [{ ...ORDERS, content_type: "plugin::users-permissions.user" }, "/order/content_type"],
      [{ ...ORDERS, fields: { ...fields, phone: ["pin"] } }, "/order/fields/phone/0"],
      [{ ...ORDERS, fields: { ...fields, name: "note" } }, "/order/fields/name"],
    ] as const;
    for (const path of ["PUT /webxkey/mapping", "POST /webxkey/mapping/preview"]) {
      const [method = "", address = ""] = path.split(" ");
      for (const [order, pointer] of cases) {
        expect(await owner(method, address, { order, account: null }), `${path} ${pointer}`).toMatchObject({
          status: 400,
          body: { code: "invalid_input", fields: [{ pointer }] },
        });
      }
    }
    expect((await owner<{ mapping: unknown }>("GET", "/webxkey/mapping")).body.mapping).toEqual({
      order: ORDERS,
      account: null,
    });
  });

  test("offers own content types with what may be read of them, and no password", async () => {
    const { body } = await owner<{ choices: { orders: { uid: string; attributes: { path: string }[] }[] } }>(
      "GET",
      "/webxkey/mapping",
    );
    expect(body.choices.orders.map(({ uid }) => uid).toSorted()).toEqual([
      "api::booking.booking",
      "api::order.order",
      "api::trip.trip",
    ]);
    const paths = body.choices.orders
      .find(({ uid }) => uid === "api::order.order")
      ?.attributes.map(({ path }) => path);
    expect(paths).toContain("address.phone");
    expect(paths).not.toContain("pin");
  });

  test("shows what the newest entries would tell, with phone and name masked", async () => {
    const data = anOrder();
    await documents("api::order.order").create({ data });
    const ask = { order: ORDERS, account: null };
    const { body } = await owner<{ entries: unknown[] }>("POST", PREVIEW, ask);
    expect(body.entries[0]).toMatchObject({
      code: data.code,
      state: "pending",
      event: "order.placed",
      phone: `+•••••••••${data.phone.slice(-2)}`,
      name: "S…",
      total: { amount: 4_999, currency: "USD" },
      consent: "given",
    });
    expect(JSON.stringify(body)).not.toContain(data.phone);
    expect(JSON.stringify(body)).not.toContain("Sample");
    const { fields } = ORDERS;
    const consent = { ...fields.consent, phone: "address.phone" };
    const order = { ...ORDERS, fields: { ...fields, consent } };
    const again = await owner<{ entries: unknown[] }>("POST", PREVIEW, { order, account: null });
    // Nobody ticked for the number that the message would go to (D 2.2).
    expect(again.body.entries[0]).toMatchObject({ code: data.code, consent: "other_number" });
  });

  test("shows an entry with its draft and what is published of it once, as it was published last", async () => {
    const bookings = documents("api::booking.booking");
    const { documentId } = await bookings.create({ data: aBooking() });
    await bookings.publish({ documentId });
    const ask = { order: BOOKINGS, account: null };
    const { body } = await owner<{ entries: { document_id: string }[] }>("POST", PREVIEW, ask);
    const shown = body.entries.map(({ document_id }) => document_id);
    expect(shown[0]).toBe(documentId);
    expect(new Set(shown).size).toBe(shown.length);
  });

  test("that broke by a renamed field says so, tells nothing wrong, and loses nothing", async () => {
    const type = app.strapi.contentTypes["api::order.order" as never] as {
      attributes: ContentType["attributes"];
    };
    const { attributes } = type;
    const first = await documents("api::order.order").create({ data: anOrder() });
    await expect.poll(() => messagesOf(owner, first.documentId), WITHIN).toEqual(["order-confirmation read"]);
    const waiting = await documents("api::order.order").create({ data: anOrder() });
    await expectDrained(app);
    const { stage: _, ...withoutStage } = attributes;
    type.attributes = withoutStage;
    try {
      expect((await owner("GET", "/webxkey/mapping")).body).toMatchObject({
        state: "broken",
        problems: [{ pointer: "/order/fields/state", detail: expect.stringContaining("no attribute stage") }],
      });
      await app.rows("update webxkey_intake_facts set done_at = null, due_at = 0 where entity_id = ?", [
        waiting.documentId,
      ]);
      await app.runtime.drain();
      expect(await factsOf(app, waiting.documentId)).toMatchObject([
        { outcome: "invalid_configuration" },
        { outcome: "invalid_configuration" },
      ]);
      await app.strapi.db
        .query("api::order.order")
        .update({ where: { documentId: first.documentId }, data: { stage: "shipped" } });
      await app.runtime.sweep();
      expect(await messagesOf(owner, first.documentId)).toEqual(["order-confirmation read"]);
    } finally {
      type.attributes = attributes;
    }
    await map(owner, { order: ORDERS, account: null });
    await expect
      .poll(() => messagesOf(owner, first.documentId), WITHIN)
      .toEqual(["order-confirmation read", "order-shipped read"]);
    await expect
      .poll(() => messagesOf(owner, waiting.documentId), WITHIN)
      .toEqual(["order-confirmation read"]);
  });
});

describe("who may come in", () => {
  const role = (name: string) => `plugin::webxkey.role.${name}`;

  test("nobody without Strapi's sign-in", async () => {
    for (const path of ["/webxkey/v1/me", "/webxkey/mapping", "/webxkey/intake"]) {
      expect((await createApi(app)("GET", path)).status, path).toBe(401);
    }
  });

  test("the configured owner is the owner, and a colleague whose role has no permission of the plugin gets nothing", async () => {
    expect((await owner("GET", "/webxkey/v1/me")).body).toMatchObject({ role: "owner" });
    const editor = await signInColleague(app, {
      email: "editor@tea-shop.example",
      password: "Words-and-7-commas",
      actions: [],
    });
    for (const path of ["/webxkey/v1/messages", "/webxkey/mapping", "/webxkey/intake"]) {
      expect(await editor("GET", path), path).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  });

  test("a permission of Strapi is a role of the engine, and no right beyond it", async () => {
    const viewer = await signInColleague(app, {
      email: "viewer@tea-shop.example",
      password: "Looks-and-8-glasses",
      actions: [role("viewer")],
    });
    expect((await viewer("GET", "/webxkey/v1/me")).body).toMatchObject({ role: "viewer" });
    expect((await viewer("GET", "/webxkey/intake")).status).toBe(200);
    expect(await viewer("PUT", "/webxkey/mapping", { order: null, account: null })).toMatchObject({
      status: 403,
    });
    expect(await viewer("POST", "/webxkey/intake/retry")).toMatchObject({ status: 403 });
    // Preview needs Strapi's own right to read the entries.
    expect(await viewer("POST", PREVIEW, { order: ORDERS, account: null })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  test("a permission that is taken away holds from the next request on", async () => {
    const colleague = await signInColleague(app, {
      email: "operator@tea-shop.example",
      password: "Keys-and-6-doors",
      actions: [role("operator"), role("viewer")],
    });
    expect((await colleague("GET", "/webxkey/v1/me")).body).toMatchObject({ role: "operator" });
    const found = await app.strapi.db
      .query("admin::role")
      .findOne({ where: { name: "operator@tea-shop.example" } });
    await app.strapi.service("admin::role").assignPermissions(found.id, []);
    expect(await colleague("GET", "/webxkey/v1/me")).toMatchObject({ status: 403 });
    const { body } = await owner<{ members: { role: string }[] }>("GET", "/webxkey/v1/members");
    expect(body.members.map((member) => member.role)).not.toContain("operator");
  });

  test("nobody is let in with an old role when the role that Strapi gives cannot be set (D 5.8)", async () => {
    const second = await signInColleague(app, {
      email: "second-owner@tea-shop.example",
      password: "Twice-and-2-keys",
      actions: [role("admin")],
    });
    const colleague = await signInColleague(app, {
      email: "demoted@tea-shop.example",
      password: "Less-and-5-doors",
      actions: [role("operator")],
    });
    type Me = { user_id: string; role: string };
    const { user_id: secondId } = (await second<Me>("GET", "/webxkey/v1/me")).body;
    const { user_id: ownerId } = (await owner<Me>("GET", "/webxkey/v1/me")).body;
    expect((await colleague<Me>("GET", "/webxkey/v1/me")).body.role).toBe("operator");
    // The configured owner is no longer one who may give roles.
    await owner("PUT", `/webxkey/v1/members/${secondId}`, { role: "owner" });
    await second("PUT", `/webxkey/v1/members/${ownerId}`, { role: "viewer" });
    try {
      const found = await app.strapi.db
        .query("admin::role")
        .findOne({ where: { name: "demoted@tea-shop.example" } });
      for (const actions of [[role("viewer")], []]) {
        await app.strapi.service("admin::role").assignPermissions(
          found.id,
          actions.map((action) => ({ action, subject: null, properties: {}, conditions: [] })),
        );
        for (const path of ["/webxkey/v1/me", "/webxkey/v1/messages", "/webxkey/intake"]) {
          expect(await colleague("GET", path), path).toMatchObject({
            status: 403,
            body: { code: "forbidden", detail: expect.stringContaining("could not be brought into line") },
          });
        }
      }
    } finally {
      await second("PUT", `/webxkey/v1/members/${ownerId}`, { role: "owner" });
    }
  });

  test("which field is a consent is for an admin or a privacy officer, is audited with what it was, and is said back in words (D 2.4)", async () => {
    await map(owner, { order: ORDERS, account: null });
    const colleague = (name: string, as: string) =>
      signInColleague(app, {
        email: `${name}@tea-shop.example`,
        password: "Boxes-and-5-ticks",
        actions: [role(as)],
      });
    const { consent, ...fields } = ORDERS.fields;
    const paid = { ...ORDERS, fields: { ...fields, consent: { ...consent, attribute: "paidInFull" } } };
    const put = (api: Api, order: object) => api("PUT", "/webxkey/mapping", { order, account: null });

    const operator = await colleague("boxes", "operator");
    for (const order of [
      paid,
      { ...ORDERS, fields },
      { ...paid, fields: { ...paid.fields, code: "stage" } },
    ]) {
      const refused = await put(operator, order);
      expect(refused).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining("privacy officer") },
      });
    }
    expect((await put(operator, { ...ORDERS, created: "order.confirmed" })).status).toBe(200);
    await map(owner, { order: ORDERS, account: null });

    const officer = await colleague("consents", "privacy-officer");
    await officer("GET", "/webxkey/v1/me");
    const entries = async () =>
      (await owner<{ entries: number }>("POST", "/webxkey/v1/audit/verify")).body.entries;
    const before = await entries();
    expect((await put(officer, { ...ORDERS, created: "order.confirmed" })).status).toBe(403);
    expect(await put(officer, paid)).toMatchObject({
      status: 200,
      body: {
        said: expect.stringMatching(/field paidInFull says yes counts .+ does not sound like a consent/),
      },
    });
    expect(await entries()).toBe(before + 1);
    await map(owner, { order: ORDERS, account: null });
  });
});
