import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, OWNER, orderPlaced, STORES } from "./engine.ts";
import { openShop, type Shop } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly fields: readonly { readonly pointer: string; readonly detail: string }[];
}

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false });
    for (let order = 0; order < 5; order++)
      await shop.engine.messaging.publish(orderPlaced(), { claims: [claim()] });
    await shop.engine.call("PUT", "/v1/members/shopkeeper", { role: "operator" });
    await shop.store.query(
      "insert into webxkey.members (workspace_id, user_id, role, subject_id) values ('shop', 'platform', 'service', gen_random_uuid())",
    );
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** Sends exactly this and expects RFC 9457 problem details. */
  async function problemOf(path: string, init: RequestInit = {}, as = OWNER): Promise<Problem> {
    const response = await shop.engine.messaging.handler(new Request(`http://engine${path}`, init), {
      userId: as,
    });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response.json()) as Problem;
    expect(problem).toEqual({
      type: `urn:webxkey:problem:${problem.code}`,
      title: expect.any(String),
      status: response.status,
      detail: expect.any(String),
      code: expect.any(String),
      fields: expect.any(Array),
    });
    return problem;
  }
  const json = (method: string, body: unknown): RequestInit => ({
    method,
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const pointers = ({ fields }: Problem) => fields.map(({ pointer }) => pointer).sort();

  test.each([
    ["/v1/nothing", "GET"],
    ["/", "GET"],
    ["/v2/senders", "GET"],
    ["/v1/senders", "DELETE"],
    ["/v1/me", "POST"],
    ["/v1/messages/not/a/route", "GET"],
    ["/v1/..%2f..%2fetc/passwd", "GET"],
  ])("an address or method that is not there is answered 404: %s %s", async (path, method) => {
    expect(await problemOf(path, { method })).toMatchObject({ status: 404, code: "not_found" });
  });

  test.each(["/v1/messages/%E0%A4%A/timeline", "/v1/entities/order/%ff/timeline"])(
    "an address that cannot be decoded is no fault of ours: %s",
    async (path) => {
      expect((await shop.engine.call("GET", path)).status).toBeLessThan(500);
    },
  );

  test("each field at fault has a pointer and a sentence", async () => {
    const problem = await problemOf(
      "/v1/senders",
      json("POST", { waba_id: "x", phone_number_id: 7, app_id: "555000111222333", access_token: "" }),
    );
    expect(problem).toMatchObject({
      status: 400,
      code: "invalid_input",
      detail: "Correct the fields named here.",
    });
    expect(pointers(problem)).toEqual(["/access_token", "/app_secret", "/phone_number_id", "/waba_id"]);
    expect(problem.fields.find(({ pointer }) => pointer === "/waba_id")?.detail).toContain("digits only");
    for (const { detail } of problem.fields) expect(detail.length).toBeGreaterThan(5);
  });

  test("a field within a field is pointed at as RFC 6901 writes it", async () => {
    const body = { identity: { kind: "phone", value: "555" }, channel: "whatsapp", evidence: "call" };
    expect(pointers(await problemOf("/v1/consents/withdraw", json("POST", body), "shopkeeper"))).toEqual([
      "/identity/value",
    ]);
  });

  test.each<[string, string, object]>([
    ["PUT", "/v1/members/somebody", { role: "viewer", workspace_id: "other" }],
    ["PUT", "/v1/rules/order-confirmation", { active: true, priority: 1 }],
    [
      "POST",
      "/v1/senders",
      {
        waba_id: "12345",
        phone_number_id: "12345",
        app_id: "12345",
        app_secret: "x",
        access_token: "x",
        state: "connected",
      },
    ],
  ])("an unknown key is refused by name, not ignored: %s %s", async (method, path, body) => {
    const problem = await problemOf(path, json(method, body));
    const unknown = Object.keys(body).at(-1) ?? "";
    expect([problem.status, problem.code, pointers(problem)]).toEqual([
      400,
      "invalid_input",
      [`/${unknown}`],
    ]);
  });

  test("a key that would poison an object is refused like any unknown one", async () => {
    const problem = await problemOf(
      "/v1/rules/order-confirmation",
      json("PUT", '{"active":true,"__proto__":{"polluted":true}}'),
    );
    expect(problem.status).toBe(400);
    expect({}).not.toHaveProperty("polluted");
  });

  test.each(["{", "[1,", "active=true", '{"active":tru'])(
    "a body that is no JSON is answered 400: %j",
    async (body) => {
      expect(await problemOf("/v1/rules/order-confirmation", json("PUT", body))).toMatchObject({
        status: 400,
        code: "invalid_input",
        detail: "The body is not valid JSON.",
      });
    },
  );

  test.each<[string, RequestInit]>([
    ["nothing", { method: "PUT" }],
    ["a list", json("PUT", [])],
    ["a text", json("PUT", '"x"')],
    ["null", json("PUT", "null")],
  ])("a body that is %s instead of an object is answered 400", async (_what, init) => {
    expect(await problemOf("/v1/rules/order-confirmation", init)).toMatchObject({
      status: 400,
      code: "invalid_input",
    });
  });

  test("a body of more than 256 KB is answered 413", async () => {
    const problem = await problemOf(
      "/v1/events",
      json("POST", { specversion: "1.0", data: "x".repeat(256 * 1024) }),
      "platform",
    );
    expect(problem).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test.each([
    ["limit=0", ["/limit"]],
    ["limit=101", ["/limit"]],
    ["limit=ten", ["/limit"]],
    ["state=lost", ["/state"]],
    ["entity_type=person", ["/entity_type"]],
    ["page=2", ["/page"]],
  ])("a query that is not understood is answered 400: %s", async (query, fields) => {
    expect(pointers(await problemOf(`/v1/messages?${query}`))).toEqual(fields);
  });

  test("a list is read page by page, each message once, newest first", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await shop.engine.call<{
        messages: { message_id: string }[];
        next_cursor: string | null;
      }>("GET", `/v1/messages?limit=2${query}`);
      expect(body.messages.length).toBeLessThanOrEqual(2);
      seen.push(...body.messages.map(({ message_id }) => message_id));
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });

  const cursor = (text: string) => Buffer.from(text).toString("base64url");
  test.each([
    ["no base64", "%%%"],
    ["an empty one", " "],
    ["another text", cursor("page two")],
    ["no time", cursor("yesterday 0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e")],
    ["a time that does not exist", cursor("2026-13-45T00:00:00.000Z 0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e")],
    [
      "a time that no database knows",
      cursor("+275760-09-12T00:00:00Z. 0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e"),
    ],
    ["no id", cursor("2026-11-23T12:00:00.000Z ")],
    ["an id of dashes", cursor(`2026-11-23T12:00:00.000Z ${"-".repeat(36)}`)],
    ["an id with more behind it", cursor("2026-11-23T12:00:00.000Z 0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e x")],
    ["SQL", cursor("2026-11-23T12:00:00.000Z '; drop table webxkey.messages; -- aaaaaaaaaa")],
  ])("a cursor that this API did not give is answered 400: %s", async (_what, value) => {
    const problem = await problemOf(`/v1/messages?cursor=${encodeURIComponent(value)}`);
    expect([problem.status, problem.code, pointers(problem)]).toEqual([400, "invalid_input", ["/cursor"]]);
  });

  test.each(["timeline", "release", "cancel"])(
    "a message id that is none is answered 400 at its place, one of nobody's 404: %s",
    async (what) => {
      const init = { method: what === "timeline" ? "GET" : "POST" };
      expect(pointers(await problemOf(`/v1/messages/7/${what}`, init))).toEqual(["/message_id"]);
      expect(
        await problemOf(`/v1/messages/0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e/${what}`, init),
      ).toMatchObject({ status: 404, code: "not_found" });
    },
  );

  test("an unknown rule and an unknown number are answered 404", async () => {
    expect(await problemOf("/v1/rules/no-such-rule", json("PUT", { active: true }))).toMatchObject({
      status: 404,
      detail: "There is no such rule.",
    });
    expect(
      await problemOf("/v1/senders/0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e/check", { method: "POST" }),
    ).toMatchObject({ status: 404, detail: "There is no such sender." });
  });

  test.each<[string, unknown, string]>([
    ["no CloudEvent", { hello: "world" }, "invalid_event"],
    ["an event that nobody knows", { ...orderPlaced(), type: "order.imagined" }, "unknown_event_type"],
    [
      "an order without its code",
      { ...orderPlaced(), data: { recipient: {}, order: {}, shop: {} } },
      "invalid_event",
    ],
    ["a list", [orderPlaced()], "invalid_event"],
  ])("an event that is %s is answered with what is wrong with it", async (_what, event, code) => {
    const problem = await problemOf("/v1/events", json("POST", event), "platform");
    expect(problem.code).toBe(code);
    if (code === "invalid_event") expect(problem.fields.length).toBeGreaterThan(0);
  });

  test("a failure of ours tells nothing of the inside", async () => {
    await shop.store.query("alter table webxkey.rule_states rename column active to active_gone");
    const problem = await problemOf("/v1/rules");
    await shop.store.query("alter table webxkey.rule_states rename column active_gone to active");
    expect(problem).toEqual({
      type: "urn:webxkey:problem:internal",
      title: "Something went wrong on our side",
      status: 500,
      detail: "Something went wrong on our side; the log of the server says what.",
      code: "internal",
      fields: [],
    });
  });
});
