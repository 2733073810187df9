import { demoAccount, encodeWebhook, signWebhook } from "@webxkey/testing";
import { cloudevents } from "@webxkey/webhook-connectors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsOf } from "./clients.ts";
import { STORES } from "./engine.ts";
import { connectTea, postTea, teaShop } from "./made-up-platform.ts";
import { auditOf, openShop, type Shop, stranger, written } from "./shop.ts";
import { countOf, handWebhook, quietSimulator } from "./webhooks.ts";

const OLD = demoAccount.app.secret;
const NEW = "an_app_secret_that_nobody_else_has";

interface Shown {
  readonly connection_id: string;
  readonly webhook_url: string;
  readonly webhook_secret: string;
}

describe.each(STORES)("what leaked ends at once, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      worker: false,
      connectors: [teaShop(), cloudevents],
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const hello = { topic: "hello" };
  const rotate = async (id: string, what: "address" | "secret", body: object) =>
    (await shop.engine.call<Shown>("POST", `/v1/connections/${id}/rotate-${what}`, body)).body;

  test("a connection's secret and those before it, when it is rotated with now (D 6.7)", async () => {
    const first = await connectTea(shop.engine);
    const { connection_id: id } = first;
    const second = { ...first, webhook_secret: (await rotate(id, "secret", {})).webhook_secret };
    expect([await postTea(first, hello), await postTea(second, hello)]).toEqual([200, 200]);
    const third = { ...first, webhook_secret: (await rotate(id, "secret", { now: true })).webhook_secret };
    const answers = [await postTea(first, hello), await postTea(second, hello), await postTea(third, hello)];
    expect(answers).toEqual([401, 401, 200]);
    expect((await auditOf(shop, id)).map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(["old_one_ends_in_a_day", "old_one_ended"]),
    );
  });

  test("a connection's address and those before it, when it is rotated with now (D 6.7)", async () => {
    const first = await connectTea(shop.engine);
    const { connection_id: id } = first;
    const second = { ...first, webhook_url: (await rotate(id, "address", {})).webhook_url };
    expect([await postTea(first, hello), await postTea(second, hello)]).toEqual([200, 200]);
    const third = { ...first, webhook_url: (await rotate(id, "address", { now: true })).webhook_url };
    const answers = [await postTea(first, hello), await postTea(second, hello), await postTea(third, hello)];
    expect(answers).toEqual([404, 404, 200]);
  });

  test("an app secret, when the number is connected again with the end of the old one (D 6.7)", async () => {
    const post = (secret: string) => {
      const bytes = encodeWebhook(written({ phone: stranger(), text: "Hello", at: new Date() }));
      return handWebhook(shop.engine, bytes, signWebhook(secret, bytes));
    };
    const { app, token, waba } = demoAccount;
    await shop.simulator.seed({
      apps: [{ ...app, secret: NEW }],
      tokens: [{ value: token.value, appId: app.id, wabaIds: [waba.id] }],
    });
    const connect = (more: object) =>
      shop.engine.call("POST", "/v1/senders", { ...credentialsOf(demoAccount), app_secret: NEW, ...more });
    expect(await connect({})).toMatchObject({ status: 201 });
    expect([await post(OLD), await post(NEW)]).toEqual([200, 200]);
    expect(await connect({ end_old_secret: true })).toMatchObject({ status: 201 });
    expect([await post(OLD), await post(NEW)]).toEqual([401, 200]);
    expect(await countOf(shop.store, "webxkey.secrets where name = 'app_secret'")).toBe(1);
  });

  test("a secret for CloudEvents is made in the specification's form, and one of another form is refused with what to do (D 6.3)", async () => {
    const create = (more: object) =>
      shop.engine.call<Shown & { fields: { pointer: string; detail: string }[] }>("POST", "/v1/connections", {
        connector: "cloudevents",
        name: "Till",
        settings: {},
        ...more,
      });
    const made = await create({});
    expect(made.body.webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const again = await rotate(made.body.connection_id, "secret", {});
    expect(again.webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    for (const webhook_secret of ["hunter22", "whsec_short", "whsec_"]) {
      const refused = { status: 400, body: { fields: [{ pointer: "/webhook_secret" }] } };
      expect(await create({ webhook_secret })).toMatchObject(refused);
      expect(
        await shop.engine.call("POST", `/v1/connections/${made.body.connection_id}/rotate-secret`, {
          webhook_secret,
        }),
      ).toMatchObject(refused);
    }
    const own = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    expect(await create({ webhook_secret: own, source: "/till/2" })).toMatchObject({ status: 201 });
  });
});
