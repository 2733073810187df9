import { demoAccount, encodeWebhook, signWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsOf } from "./clients.ts";
import { STORES } from "./engine.ts";
import { askForChore, openShop, type Shop, stranger, until, written } from "./shop.ts";
import { countOf, handWebhook, quietSimulator } from "./webhooks.ts";

const HOUR_MS = 3_600_000;
const OLD = demoAccount.app.secret;
const NEW = "a_rotated_app_secret";

describe.each(STORES)("on %s", (name) => {
  let shop: Shop;
  let now = new Date();
  const clock = { now: () => now };
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false, clock });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** A webhook that was never posted before, signed with this secret. */
  function post(secret: string): Promise<number> {
    const bytes = encodeWebhook(written({ phone: stranger(), text: "Hello", at: now }));
    return handWebhook(shop.engine, bytes, signWebhook(secret, bytes));
  }

  test("an app secret that was replaced verifies for a day beside the new one, and then not, and is deleted", async () => {
    expect([await post(OLD), await post(NEW)]).toEqual([200, 401]);
    const { app, token, waba } = demoAccount;
    await shop.simulator.seed({
      apps: [{ ...app, secret: NEW }],
      tokens: [{ value: token.value, appId: app.id, wabaIds: [waba.id] }],
    });
    const again = await shop.engine.call("POST", "/v1/senders", {
      ...credentialsOf(demoAccount),
      app_secret: NEW,
    });
    expect(again).toMatchObject({ status: 201 });
    expect([await post(OLD), await post(NEW)]).toEqual([200, 200]);
    const [row] = await shop.store.query<{ apps: unknown }>(
      "select verified_by as apps from webxkey.inbox order by inbox_id desc limit 1",
    );
    expect(row?.apps).toEqual([{ workspace_id: "shop", app_id: demoAccount.app.id }]);

    now = new Date(now.getTime() + 23 * HOUR_MS);
    expect([await post(OLD), await post(NEW)]).toEqual([200, 200]);
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect([await post(OLD), await post(NEW)]).toEqual([401, 200]);

    await shop.engine.startWorker();
    const secrets = () => countOf(shop.store, "webxkey.secrets where name = 'app_secret'");
    expect(await secrets()).toBe(2);
    await askForChore(shop, "forget-old-secrets");
    await until("the old secret is still there", async () => (await secrets()) === 1);
    expect([await post(OLD), await post(NEW)]).toEqual([401, 200]);
  });

  test("wrong verify tokens are limited, and the right one is taken however many wrong ones came before it (D 5.4)", async () => {
    const ask = async (token: string) => {
      const query = `hub.mode=subscribe&hub.challenge=4711&hub.verify_token=${token}`;
      const response = await fetch(`${shop.engine.webhookUrl}?${query}`);
      await response.arrayBuffer();
      return response.status;
    };
    for (let guess = 1; guess <= 30; guess++) expect(await ask(`guess_${guess}`)).toBe(403);
    expect(await ask("one_more")).toBe(429);
    // Meta asks with the right token, from the same address as the guesses, before it answers that it has subscribed.
    const again = await shop.engine.call("POST", "/v1/senders", {
      ...credentialsOf(demoAccount),
      app_secret: NEW,
    });
    expect(again).toMatchObject({ status: 201 });
    expect(await ask("another")).toBe(429);
  });
});
