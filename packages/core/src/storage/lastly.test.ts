import { createDatabase, startPostgres } from "@webxkey/test-postgres";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastly } from "./lastly.ts";
import { pglite } from "./pglite.ts";
import { postgres } from "./postgres.ts";
import type { Db, Storage } from "./storage.ts";

const UNIQUE_VIOLATION = { code: "23505" };
const add = (n: number) => sql`insert into lines values (${n})`;

describe.each(["postgres", "pglite"] as const)("a statement that is sent lastly, on %s", (name) => {
  const opened = new AsyncDisposableStack();
  let storage: Storage;
  beforeAll(async () => {
    storage = opened.use(await openStorage());
    await storage.query("create table lines (n int primary key)");
    await storage.query("insert into lines values (1)");
  });
  afterAll(() => opened.disposeAsync());

  async function openStorage(): Promise<Storage> {
    if (name === "pglite") return await pglite().open();
    const server = await startPostgres();
    opened.defer(() => server.stop());
    return await postgres({ connectionString: await createDatabase(server.url) }).open();
  }
  const within = (work: (tx: Db) => Promise<unknown>) => storage.db.transaction().execute(work);
  const lines = async () =>
    (await sql<{ n: number }>`select n from lines order by n`.execute(storage.db)).rows.map(({ n }) => n);

  it("has happened when its transaction is committed", async () => {
    await within((tx) => lastly(tx, add(2)));
    expect(await lines()).toEqual([1, 2]);
  });

  it("fails its transaction with its own reason, and nothing of that has happened", async () => {
    const failing = within(async (tx) => {
      await add(3).execute(tx);
      await lastly(tx, add(1));
    });
    await expect(failing).rejects.toMatchObject(UNIQUE_VIOLATION);
    expect(await lines()).toEqual([1, 2]);
  });

  it("gives its reason to what is sent behind it", async () => {
    const failing = within(async (tx) => {
      await lastly(tx, add(1));
      await add(4).execute(tx);
    });
    await expect(failing).rejects.toMatchObject(UNIQUE_VIOLATION);
    expect(await lines()).toEqual([1, 2]);
  });

  it("is waited for where no transaction is open", async () => {
    await expect(lastly(storage.db, add(1))).rejects.toMatchObject(UNIQUE_VIOLATION);
  });
});
