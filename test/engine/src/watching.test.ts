import { createLog, createMessaging, postgres, secret } from "@webxkey/core";
import { describe, expect, inject, test } from "vitest";
import { claim, openStore, STORES } from "./engine.ts";
import { askForChore, happened, openShop, stranger, until } from "./shop.ts";
import type { StorageOption } from "./stores.ts";
import { countOf, quietSimulator } from "./webhooks.ts";

function messagingOn(storage: StorageOption, rootKey = inject("rootKey")) {
  return createMessaging({
    storage,
    rootKey: secret(rootKey),
    workspace: { id: "shop", name: "Lucky Shrub" },
    rules: [],
    wordings: [],
    webhookUrl: "http://127.0.0.1:9/v1/meta/webhook",
    log: createLog({ level: "silent" }),
  });
}

describe.each(STORES)("on %s", (name) => {
  test("health tells a database that lacks a migration from one that has them all", async () => {
    await using store = await openStore(name);
    const messaging = messagingOn(store.option());
    expect(await messaging.health()).toEqual({ storage: "ok", migrated: true });
    const [newest] = await store.query<{ id: number; name: string; sha256: string }>(
      "delete from webxkey.migrations where id = (select max(id) from webxkey.migrations) returning id, name, sha256",
    );
    expect(await messaging.health()).toEqual({ storage: "ok", migrated: false });
    await expect(messaging.createOwnerKey()).rejects.toMatchObject({ code: "schema_missing" });
    await store.query("insert into webxkey.migrations (id, name, sha256) values ($1, $2, $3)", [
      newest?.id,
      newest?.name,
      newest?.sha256,
    ]);
    expect(await messaging.health()).toEqual({ storage: "ok", migrated: true });

    // Without a configured owner, and with none there, the first key makes one.
    await store.query("delete from webxkey.members");
    const authorization = `Bearer ${await messaging.createOwnerKey()}`;
    const me = await messaging.handler(new Request("http://engine/v1/me", { headers: { authorization } }));
    expect(await me.json()).toMatchObject({ user_id: "owner", role: "owner" });
    await messaging.close();
  });

  test("each chore has its minute", async () => {
    const minutes = {
      "expire-messages": "* * * * *",
      "close-left-attempts": "12 * * * *",
      "drop-old-values": "57 * * * *",
      "look-for-troubles": "* * * * *",
      "tune-settle-windows": "7 * * * *",
      "delete-expired-webhooks": "17 * * * *",
      "forget-old-connections": "37 * * * *",
      "forget-old-secrets": "27 * * * *",
      "poll-connections": "*/3 * * * *",
      "sync-senders": "42 * * * *",
      ...(name === "pglite" && { analyze: "* * * * *", vacuum: "12 3 * * *" }),
    };
    await using store = await openStore(name, "empty");
    const messaging = messagingOn(store.option());
    await messaging.migrate();
    const worker = messaging.startWorker();
    const scheduled = await until("the chores were not scheduled", async () => {
      const [made] = await store.query<{ made: boolean }>(
        "select to_regclass('webxkey_jobs.schedule') is not null as made",
      );
      if (!made?.made) return undefined;
      const rows = await store.query<{ name: string; cron: string }>(
        "select name, cron from webxkey_jobs.schedule",
      );
      return rows.length >= Object.keys(minutes).length && rows;
    });
    await worker.stop();
    await messaging.close();
    expect(Object.fromEntries(scheduled.map(({ name, cron }) => [name, cron]))).toEqual(minutes);
  });

  if (name === "pglite") {
    test("statistics are gathered and dead rows cleared, which this store does not do by itself", async () => {
      await using shop = await openShop(name, { simulator: await quietSimulator() });
      const rowsKnown = async () => {
        const rows = await shop.store.query<{ reltuples: number }>(
          "select reltuples from pg_class where oid = 'webxkey.audit_entries'::regclass",
        );
        return rows[0]?.reltuples ?? -1;
      };
      await shop.store.query("delete from pg_statistic");
      await askForChore(shop, "analyze");
      await until("the tables were not analysed", async () => {
        const rows = await shop.store.query("select 1 from pg_stats where schemaname = 'webxkey'");
        return rows.length > 0;
      });
      expect(await rowsKnown()).toBe(await countOf(shop.store, "webxkey.audit_entries"));
      await askForChore(shop, "vacuum");
      await until("the tables were not vacuumed", async () => {
        const rows = await shop.store.query(
          "select 1 from pg_class where oid = 'webxkey.audit_entries'::regclass and relallvisible > 0",
        );
        return rows.length > 0;
      });
    });
  }

  test("the counts say what waits, and how long what is due has waited", async () => {
    await using shop = await openShop(name, { simulator: await quietSimulator(), worker: false });
    const { messaging } = shop.engine;
    expect(await messaging.stats()).toEqual({
      queued: 0,
      oldestDueSeconds: null,
      sending: 0,
      unknown: 0,
      held: 0,
      storedWebhooks: 0,
      quarantined: 0,
      duplicated: 0,
      unsureCases: 0,
      sentAfterStop: 0,
    });
    const publish = (wishUnknown: boolean) =>
      messaging.publish(happened("order.placed", { phone: stranger() }), { claims: [claim()], wishUnknown });
    for (const wishUnknown of [false, false, true]) await publish(wishUnknown);
    await shop.store.query(
      "update webxkey.messages set due_at = now() - interval '90 s' where state = 'queued'",
    );
    const stats = await messaging.stats();
    expect(stats).toMatchObject({ queued: 2, held: 1, sending: 0, unknown: 0 });
    expect(stats.oldestDueSeconds).toBeGreaterThanOrEqual(90);
    expect(stats.oldestDueSeconds).toBeLessThan(150);
    await shop.store.query(
      "update webxkey.messages set due_at = now() + interval '1 h' where state = 'queued'",
    );
    expect(await messaging.stats()).toMatchObject({ queued: 2, oldestDueSeconds: null });
  });
});

test("health says down, and does not throw, when nobody answers", async () => {
  const messaging = messagingOn(postgres({ connectionString: "postgres://nobody@127.0.0.1:9/none" }));
  expect(await messaging.health()).toEqual({ storage: "down", migrated: false });
  await messaging.close();
});

test("health does not call a wrong root key a matter of the database", async () => {
  const messaging = messagingOn(postgres({ connectionString: inject("postgresUrl") }), "no key");
  await expect(messaging.health()).rejects.toMatchObject({ code: "bad_root_key" });
});
