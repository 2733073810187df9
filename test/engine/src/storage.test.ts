import { readdirSync } from "node:fs";
import { postgres } from "@webxkey/core";
import { createDatabase } from "@webxkey/test-postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { orderPlaced, STORES, startEngine } from "./engine.ts";
import { openStore, type Store, shared } from "./stores.ts";
import { columnsOf, dataMapOf } from "./tables.ts";
import { countOf, quietSimulator } from "./webhooks.ts";

/** Tables without a workspace, because what they hold is asked for before its workspace is known. */
const GLOBAL_TABLES = [
  "workspaces",
  "api_key_hashes",
  "invitation_hashes",
  "sender_routes",
  "connection_addresses",
  "inbox",
  "quarantine",
  "receiver_uptimes",
  "migrations",
];
const MIGRATIONS = readdirSync(new URL("../../../packages/core/migrations/engine", import.meta.url));
/** What the migration says that a column's comment may say. */
const PRIVACY_TAG =
  /^(none|pseudonym|lookup|sealed|secret|raw|staff|business|key)(; erase: (keep|delete|null|shred|destroy|expires|opened and searched))?$/;
const PERSONAL = ["pseudonym", "lookup", "sealed", "raw", "staff"];

describe.each(STORES)("on %s", (name) => {
  // A PGlite directory takes seconds to initialise, and each run of these tests installs one in prepare-stores.
  const from = name === "postgres" ? "empty" : "prepared";
  test("several processes install at once and again later without harm", async () => {
    await using simulator = await quietSimulator();
    await using store = await openStore(name, from);
    await using storage = shared(store.option());
    const storageOf = () => (name === "postgres" ? store.option() : storage);
    const engines = await Promise.all([1, 2, 3].map(() => startEngine({ storage: storageOf(), simulator })));
    engines.push(await startEngine({ storage: storageOf(), simulator }));
    for (const engine of engines) {
      await engine.messaging.migrate();
      expect((await engine.call("GET", "/v1/me")).status).toBe(200);
    }
    expect(await countOf(store, "webxkey.migrations")).toBe(MIGRATIONS.length);
    expect(await countOf(store, "webxkey.workspaces")).toBe(1);
    expect(await countOf(store, "webxkey.members where role = 'owner'")).toBe(1);
    expect(await engines[0]?.call("POST", "/v1/audit/verify")).toMatchObject({ body: { ok: true } });
    for (const engine of engines) await engine[Symbol.asyncDispose]();
  });

  describe("an installed database", () => {
    const opened = new AsyncDisposableStack();
    let store: Store;
    let storage: ReturnType<typeof shared>;
    beforeAll(async () => {
      store = opened.use(await openStore(name));
      storage = opened.use(shared(store.option()));
      await storage.open();
    });
    afterAll(() => opened.disposeAsync());
    const keys = {
      query: async <Row>(text: string, values?: readonly unknown[]) =>
        await (await storage.open()).migration("keys", (runner) => runner.query<Row>(text, values)),
    };

    test("reads JSON where the process around the engine has turned that off for everybody, as Strapi does", async () => {
      const { JSONB } = pg.types.builtins;
      const parse = pg.types.getTypeParser(JSONB, "text");
      pg.types.setTypeParser(JSONB, (text) => text);
      try {
        const { rows } = await (await storage.open()).query(`select '{"tea": true}'::jsonb as stored`);
        expect(rows).toEqual([{ stored: { tea: true } }]);
      } finally {
        pg.types.setTypeParser(JSONB, parse);
      }
    });

    test("keeps no plan that was made while its tables were small", async () => {
      const setting = name === "postgres" ? "plan_cache_mode" : "enable_seqscan";
      const kept = name === "postgres" ? "force_custom_plan" : "off";
      expect(await store.query(`show ${setting}`)).toEqual([{ [setting]: kept }]);
    });

    test("has keys that start with the workspace, but in the named global tables", async () => {
      const keys = await store.query<{ table: string; kind: string; first: string }>(
        `select t.relname as "table", c.contype::text as kind, a.attname as first
         from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.connamespace = 'webxkey'::regnamespace and c.contype in ('p', 'u', 'f')
         union all
         select t.relname, 'unique index', coalesce(a.attname, '(expression)')
         from pg_index i join pg_class t on t.oid = i.indrelid left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
         where t.relnamespace = 'webxkey'::regnamespace and i.indisunique`,
      );
      expect(keys.length).toBeGreaterThan(40);
      expect(
        keys.filter(({ table, first }) => first !== "workspace_id" && !GLOBAL_TABLES.includes(table)),
      ).toEqual([]);
      const tables = [...new Set((await columnsOf(store)).map(({ table }) => table))];
      const withKey = keys.filter(({ kind }) => kind === "p").map(({ table }) => table);
      expect(withKey.sort()).toEqual(tables.sort());
    });

    test("says of every column what it is to privacy, in the words that the migration names", async () => {
      const all = [...(await columnsOf(store)), ...(await columnsOf(keys, "webxkey_keys"))];
      const columns = all.filter(({ table }) => table !== "migrations");
      expect(columns.length).toBeGreaterThan(150);
      expect(columns.filter(({ comment }) => !PRIVACY_TAG.test(comment ?? ""))).toEqual([]);
      // What is personal also says what an erasure does with it.
      expect(columns.filter(({ comment }) => PERSONAL.includes(comment ?? ""))).toEqual([]);
      const plainBytes = columns.filter(({ type, comment }) => type === "bytea" && comment === "none");
      expect(plainBytes.map(({ table, column }) => `${table}.${column}`)).toEqual([
        "wordings.body_sha256",
        "audit_entries.detail_commit",
        "audit_entries.prev_hash",
        "audit_entries.entry_hash",
        "api_key_hashes.key_hash",
        "connection_addresses.address_hash",
        "invitation_hashes.invitation_hash",
      ]);
    });

    test("is what the page of the data map shows", async () => {
      await expect(await dataMapOf(store, keys)).toMatchFileSnapshot("../../../docs/reference/data-map.md");
    });

    test("keeps the queries of other callers out of an open transaction", async () => {
      await using own = await storage.open();
      const begun = Promise.withResolvers<void>();
      const end = Promise.withResolvers<void>();
      const add = (id: string) => `insert into webxkey.workspaces (workspace_id, name) values ('${id}', '')`;
      const row = (id: string) => ({ workspace_id: id, name: "" });
      const rolledBack = own.db.transaction().execute(async (tx) => {
        await tx.insertInto("webxkey.workspaces").values(row("inside")).execute();
        begun.resolve();
        await end.promise;
        throw new Error("rolled back");
      });
      await begun.promise;
      const others = [
        own.db.insertInto("webxkey.workspaces").values(row("outside")).execute(),
        own.query(add("beside")),
        own.jobs.db.executeSql(add("chore")),
        own.db
          .transaction()
          .execute((tx) => tx.insertInto("webxkey.workspaces").values(row("after")).execute()),
        own.migration("engine", (runner) => runner.run(add("migration"))),
      ];
      end.resolve();
      await expect(rolledBack).rejects.toThrow("rolled back");
      await Promise.all(others);
      const added = await store.query<{ id: string }>(
        "select workspace_id as id from webxkey.workspaces where name = '' order by 1",
      );
      expect(added.map(({ id }) => id)).toEqual(["after", "beside", "chore", "migration", "outside"]);
    });

    test("lets sockets be read between the statements of one caller", async () => {
      await using own = await storage.open();
      let turns = 0;
      const count = () => {
        turns += 1;
        next = setImmediate(count);
      };
      let next = setImmediate(count);
      for (let n = 0; n < 20; n += 1) {
        await own.db.selectFrom("webxkey.workspaces").select("name").execute();
      }
      clearImmediate(next);
      expect(turns).toBeGreaterThanOrEqual(20);
    });

    if (name === "postgres") {
      test("plans a statement once a connection, unless a migration could change what it answers", async () => {
        // Of its own, with one connection, because nothing is asked at the same time.
        await using own = await store.option().open();
        const shop = own.db.selectFrom("webxkey.workspaces").where("workspace_id", "=", "shop");
        await shop.select("installed_at").execute();
        await shop.selectAll().execute();
        await shop.select("name").where("workspace_id", "in", ["shop", "other"]).execute();
        const { rows } = await own.query("select statement from pg_prepared_statements");
        const texts = rows.map((row) => (row as { statement: string }).statement);
        expect(texts.filter((text) => text.includes('"webxkey"."workspaces"'))).toEqual([
          'select "installed_at" from "webxkey"."workspaces" where "workspace_id" = $1',
        ]);
      });
    }

    test.each([
      [
        "changed",
        "update webxkey.migrations set sha256 = 'x' || sha256",
        "update webxkey.migrations set sha256 = substr(sha256, 2)",
        "Migration 0001_engine.sql of schema webxkey was changed after it was applied. Restore the released file.",
      ],
      [
        "newer",
        "insert into webxkey.migrations (id, name, sha256) values (9999, 'later', 'x')",
        "delete from webxkey.migrations where id = 9999",
        "Schema webxkey has migration 9999, which this version does not know. Install the newer version again.",
      ],
    ])("whose migration is %s stops the start with a sentence", async (_what, change, undo, sentence) => {
      await using simulator = await quietSimulator();
      await store.query(change);
      await expect(startEngine({ storage, simulator })).rejects.toThrow(sentence);
      await store.query(undo);
    });

    test("is not up to date while a migration before the last one is missing", async () => {
      await using simulator = await quietSimulator();
      await using engine = await startEngine({ storage, simulator });
      const [row] = await store.query<{ id: number; name: string; sha256: string }>(
        "delete from webxkey.migrations where id = 2 returning id, name, sha256",
      );
      expect(await engine.messaging.health()).toMatchObject({ migrated: false });
      await store.query("insert into webxkey.migrations (id, name, sha256) values ($1, $2, $3)", [
        row?.id,
        row?.name,
        row?.sha256,
      ]);
      expect(await engine.messaging.health()).toMatchObject({ migrated: true });
    });

    test("that was taken away again is answered with what to do", async () => {
      await using simulator = await quietSimulator();
      await using engine = await startEngine({ storage, simulator });
      await store.query("drop schema webxkey cascade");
      await expect(engine.messaging.publish(orderPlaced())).rejects.toThrow(
        "Run the migration before starting",
      );
    });
  });
});

test("a role that may not create the schema is told what its administrator must run", async () => {
  const url = new URL(await createDatabase(inject("postgresUrl")));
  await using owner = await postgres({ connectionString: url.href }).open();
  await owner.query(
    "do $$ begin create role visitor login password 'visitor'; exception when duplicate_object then null; end $$",
  );
  url.username = "visitor";
  url.password = "visitor";
  await using simulator = await quietSimulator();
  await expect(startEngine({ storage: postgres({ connectionString: url.href }), simulator })).rejects.toThrow(
    "The database role may not create the schema webxkey_keys. Let an administrator run: create schema webxkey_keys authorization <role>;",
  );
});
