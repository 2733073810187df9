import { randomBytes } from "node:crypto";
import { secret } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, type Engine, STORES, startEngine } from "./engine.ts";
import { happened, openShop, type Shop, stranger } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

const NEXT = randomBytes(32).toString("base64");

describe.each(STORES)("a new root key on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), worker: false });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const start = (rootKey?: string) =>
    startEngine({
      storage: shop.storage,
      simulator: shop.simulator,
      ...(rootKey !== undefined && { rootKey }),
    });
  const publish = async ({ messaging }: Engine) => {
    const { intents } = await messaging.publish(happened("order.placed", { phone: stranger() }), {
      claims: [claim()],
    });
    return intents[0]?.state;
  };

  test("is taken into use while orders come in, the old one works until it is ended, and then opens nothing (D 6.7)", async () => {
    let traffic = true;
    const states: (string | undefined)[] = [];
    const orders = (async () => {
      while (traffic) states.push(await publish(shop.engine));
    })();
    expect(await shop.engine.messaging.addRootKey(secret(NEXT))).toBeGreaterThan(0);
    expect(await shop.engine.messaging.addRootKey(secret(NEXT))).toBe(0);
    const next = await start(NEXT);
    const old = await start();
    expect([await publish(next), await publish(old)]).toEqual(["queued", "queued"]);
    await old[Symbol.asyncDispose]();
    expect(await next.messaging.endOldRootKeys()).toBeGreaterThan(0);
    expect(await publish(next)).toBe("queued");
    traffic = false;
    await orders;
    expect(states.length).toBeGreaterThan(0);
    expect(new Set(states)).toEqual(new Set(["queued"]));
    const refused = await start();
    await expect(publish(refused)).rejects.toThrow("the root key changed");
    await refused[Symbol.asyncDispose]();
    expect(await next.messaging.endOldRootKeys()).toBe(0);
    await next[Symbol.asyncDispose]();
  });

  test("that does not open every workspace ends no other one (D 6.7)", async () => {
    const third = randomBytes(32).toString("base64");
    const next = await start(NEXT);
    await next.messaging.addRootKey(secret(third));
    const created = await startEngine({
      storage: shop.storage,
      simulator: shop.simulator,
      rootKey: NEXT,
      workspaceId: "made-meanwhile",
    });
    await created[Symbol.asyncDispose]();
    const other = await start(third);
    await expect(other.messaging.endOldRootKeys()).rejects.toMatchObject({ code: "conflict" });
    await next.messaging.addRootKey(secret(third));
    expect(await other.messaging.endOldRootKeys()).toBeGreaterThan(0);
    await other[Symbol.asyncDispose]();
    await next[Symbol.asyncDispose]();
  });

  test("is audited in each workspace that it opens, as the act of the host, and only where it changed something (D 6.7)", async () => {
    await using fresh = await openShop(name, { simulator: await quietSimulator(), worker: false });
    const join = (options: { rootKey?: string; workspaceId?: string }) =>
      startEngine({ storage: fresh.storage, simulator: fresh.simulator, ...options });
    await (await join({ workspaceId: "second-shop" }))[Symbol.asyncDispose]();
    const { messaging } = fresh.engine;
    const acts = () =>
      fresh.store.query(
        `select workspace_id, action, object_id, outcome, actor_type, actor_id from webxkey.audit_entries
         where action like 'root\\_key.%' order by action, workspace_id`,
      );
    const entry = (action: string, workspaceId: string, outcome: string) => ({
      workspace_id: workspaceId,
      action,
      object_id: workspaceId,
      outcome,
      actor_type: "host",
      actor_id: null,
    });
    await messaging.endOldRootKeys();
    expect(await acts()).toEqual([]);

    await messaging.addRootKey(secret(NEXT));
    await messaging.addRootKey(secret(NEXT));
    const added = ["second-shop", "shop"].map((id) => entry("root_key.added", id, "wrapped"));
    expect(await acts()).toEqual(added);

    const next = await join({ rootKey: NEXT });
    await next.messaging.endOldRootKeys();
    await next.messaging.endOldRootKeys();
    const ended = ["second-shop", "shop"].map((id) => entry("root_key.ended", id, "deleted"));
    expect(await acts()).toEqual([...added, ...ended]);
    await next[Symbol.asyncDispose]();
  });

  test("changes nothing that cannot be audited (D 6.7)", async () => {
    await using fresh = await openShop(name, { simulator: await quietSimulator(), worker: false });
    await fresh.store.query(
      "create function refuse() returns trigger language plpgsql as 'begin raise ''full''; end'",
    );
    await fresh.store.query(`create trigger refuse before insert on webxkey.audit_entries
      execute function refuse()`);
    await expect(fresh.engine.messaging.addRootKey(secret(NEXT))).rejects.toThrow();
    const next = startEngine({ storage: fresh.storage, simulator: fresh.simulator, rootKey: NEXT });
    await expect(next.then(publish)).rejects.toThrow("the root key changed");
  });
});
