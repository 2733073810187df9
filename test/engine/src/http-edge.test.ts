import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OWNER, STORES } from "./engine.ts";
import { openShop, type Shop, stranger } from "./shop.ts";
import { countOf, quietSimulator } from "./webhooks.ts";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly { readonly pointer: string; readonly detail: string }[];
}

describe.each(STORES)("the edge of the API on %s", (name) => {
  let shop: Shop;
  let key: string;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false, connected: false });
    key = await shop.engine.messaging.createOwnerKey();
    await shop.engine.call("PUT", "/v1/members/an_officer", { role: "privacy_officer" });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** A request exactly as it is given, with a key or as a user whom the host signed in. */
  async function send(
    path: string,
    {
      body,
      as,
      ...request
    }: { method?: string; headers?: Record<string, string>; body?: string; as?: string },
    origins: readonly string[] = [],
  ) {
    const headers = { ...(as === undefined && { authorization: `Bearer ${key}` }), ...request.headers };
    const answer = await shop.engine.messaging.handler(
      {
        method: request.method ?? "POST",
        url: `http://engine${path}`,
        headers: new Headers(headers),
        body: body === undefined ? null : new Blob([body]).stream(),
      },
      as === undefined ? undefined : { userId: as, origins },
    );
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text) as Problem, length: text.length };
  }
  const json = { "content-type": "application/json" };
  const personal = '{"kind":"personal","name":"Mine"}';
  const keysMade = () => countOf(shop.store, "webxkey.api_keys");

  test.each([
    ["a key's name", "/v1/keys", '{"kind":"personal","name":"a\\u0000b"}'],
    ["a name behind a backslash", "/v1/keys", '{"kind":"personal","name":"\\\\\\u0000"}'],
    ["a field's own name", "/v1/keys", '{"kind":"personal","na\\u0000me":"x"}'],
    ["a raw byte", "/v1/keys", '{"kind":"personal","name":"a\0b"}'],
    ["an evidence", "/v1/consents/withdraw", '{"identity":{},"evidence":"\\u0000"}'],
    ["a path", "/v1/members/a%00b", '{"role":"viewer"}'],
    ["a query", "/v1/consents?entity_type=order&entity_ref=%00", undefined],
  ])("the character NUL in %s is answered 400 (D 6.10)", async (_where, path, body) => {
    const method = body === undefined ? "GET" : path.includes("members") ? "PUT" : "POST";
    const answer = await send(path, { method, headers: json, ...(body !== undefined && { body }) });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_input"]);
    expect(answer.body.detail).toContain("NUL");
  });

  test("a text that only spells the escape is a text (D 6.10)", async () => {
    const answer = await send("/v1/keys", {
      headers: json,
      body: '{"kind":"personal","name":"a\\\\u0000"}',
    });
    expect(answer).toMatchObject({ status: 201, body: { name: "a\\u0000" } });
  });

  test("of 12,000 unknown fields twenty are named, and the answer is short (D 6.10)", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 12_000 }, (_, n) => [`field_${n}`, 1]));
    const answer = await send("/v1/keys", {
      headers: json,
      body: JSON.stringify({ ...JSON.parse(personal), ...unknown }),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.fields).toHaveLength(20);
    expect(answer.body.detail).toMatch(/ \d+ more are wrong\.$/);
    expect(answer.length).toBeLessThan(20_000);
    const long = await send("/v1/keys", {
      headers: json,
      body: JSON.stringify({ ["x".repeat(200_000)]: 1 }),
    });
    expect(long.status).toBe(400);
    expect(long.length).toBeLessThan(20_000);
  });

  test("one audit is verified at a time, and the others hear a sentence (D 6.10)", async () => {
    const verify = () => send("/v1/audit/verify", {});
    const answers = await Promise.all(Array.from({ length: 8 }, verify));
    // One that comes when another has just ended has its turn.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(answers.find(({ status }) => status === 429)?.body.detail).toContain("verified already");
    expect((await verify()).status).toBe(200);
  });

  test("each look-up of a person leaves an audit entry, also of somebody whom nobody knows (D 6.10)", async () => {
    const entries = () => countOf(shop.store, "webxkey.audit_entries where action = 'consent.shown'");
    const before = await entries();
    for (let asked = 0; asked < 20; asked++) {
      const identity = { kind: "phone", value: stranger() };
      expect(await shop.engine.call("POST", "/v1/consents/show", { identity }, "an_officer")).toMatchObject({
        status: 200,
        body: { consents: [] },
      });
    }
    expect((await entries()) - before).toBe(20);
  });

  test.each([
    ["a form", "application/x-www-form-urlencoded"],
    ["a form with files", "multipart/form-data; boundary=x"],
    ["text", "text/plain"],
    ["no type", undefined],
    ["what begins like JSON", "application/jsonp"],
    ["nothing that is a type", ""],
  ])("a body of %s is answered 415 and does nothing (D 6.8)", async (_what, type) => {
    const before = await keysMade();
    const answer = await send("/v1/keys", {
      headers: type === undefined ? {} : { "content-type": type },
      body: personal,
    });
    expect([answer.status, answer.body.code]).toEqual([415, "unsupported_media_type"]);
    expect(await keysMade()).toBe(before);
  });

  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])(
    "a body of %s is read (D 6.8)",
    async (type) => {
      expect(await send("/v1/keys", { headers: { "content-type": type }, body: personal })).toMatchObject({
        status: 201,
      });
    },
  );

  test.each<[name: string, headers: Record<string, string>, status: number]>([
    ["a page of this site", { "sec-fetch-site": "same-origin", origin: "https://shop.example" }, 201],
    ["the person's own hand", { "sec-fetch-site": "none" }, 201],
    ["what is no browser", {}, 201],
    ["an older browser's page of this site", { origin: "https://shop.example", host: "shop.example" }, 201],
    ["the admin's own address", { "sec-fetch-site": "cross-site", origin: "https://admin.example" }, 201],
    ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
    ["another site that says no origin", { "sec-fetch-site": "cross-site" }, 403],
    ["a neighbour's page", { "sec-fetch-site": "same-site", origin: "https://blog.example" }, 403],
    [
      "an older browser's page of another site",
      { origin: "https://evil.example", host: "shop.example" },
      403,
    ],
    ["a page without an origin", { origin: "null", host: "shop.example" }, 403],
  ])(
    "with a session, a change that %s asks for is answered as it should be (D 6.8)",
    async (_who, headers, status) => {
      const before = await keysMade();
      const origins = ["https://admin.example"];
      const change = await send(
        "/v1/keys",
        { as: OWNER, headers: { ...json, ...headers }, body: personal },
        origins,
      );
      expect(change.status).toBe(status);
      expect(await keysMade()).toBe(before + (status === 201 ? 1 : 0));
      // To read is no change; what a page may see of the answer is the browser's to guard.
      expect((await send("/v1/me", { as: OWNER, method: "GET", headers }, origins)).status).toBe(200);
      // A key is no session: a browser sends none by itself.
      expect((await send("/v1/keys", { headers: { ...json, ...headers }, body: personal })).status).toBe(201);
    },
  );
});
