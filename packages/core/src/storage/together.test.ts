import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pglite } from "./pglite.ts";
import type { Db, Storage } from "./storage.ts";
import { together } from "./together.ts";

let storage: Storage;
beforeAll(async () => {
  storage = await pglite().open();
  await storage.query("create table lines (n int primary key)");
});
afterAll(() => storage[Symbol.asyncDispose]());

const add = (db: Db, n: number) => sql`insert into lines values (${n})`.execute(db);
const lines = async (db: Db = storage.db) =>
  (await sql<{ n: number }>`select n from lines order by n`.execute(db)).rows.map(({ n }) => n);

describe("statements sent together", () => {
  it("run in the order in which they were begun, and each sees what those before it did", async () => {
    const [before, , between, , after] = await storage.db
      .transaction()
      .execute((tx) =>
        together(tx, (tx) => Promise.all([lines(tx), add(tx, 1), lines(tx), add(tx, 2), lines(tx)])),
      );
    expect([before, between, after]).toEqual([[], [1], [1, 2]]);
  });

  it("belong to their transaction: when one fails, none of them has happened", async () => {
    const failing = storage.db
      .transaction()
      .execute((tx) => together(tx, (tx) => Promise.all([add(tx, 3), add(tx, 3), add(tx, 4)])));
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await lines()).toEqual([1, 2]);
  });

  it("fail with what made the first of them fail, also where one behind it is heard of sooner", async () => {
    const failing = storage.db.transaction().execute((tx) =>
      together(tx, (tx) => {
        const behind = Promise.withResolvers<void>();
        const first = add(tx, 1).catch(async (error: unknown) => {
          await behind.promise;
          throw error;
        });
        return Promise.all([first, add(tx, 9).finally(behind.resolve)]);
      }),
    );
    await expect(failing).rejects.toMatchObject({ code: "23505" });
  });

  it("end with their set: what comes later is refused, because the connection is somebody else's by then", async () => {
    const ended = Promise.withResolvers<void>();
    let late: Promise<unknown> = Promise.resolve();
    const failing = together(storage.db, (db) => {
      late = ended.promise.then(() => add(db, 5));
      return Promise.all([add(db, 1), late]);
    });
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    ended.resolve();
    await expect(late).rejects.toThrow("had ended");
    expect(await lines()).toEqual([1, 2]);
  });

  it("may be sets of sets", async () => {
    const found = await storage.db.transaction().execute((tx) =>
      together(tx, async (tx) => {
        const [, inner] = await Promise.all([
          add(tx, 6),
          together(tx, (tx) => Promise.all([add(tx, 7), lines(tx)])),
        ]);
        return inner[1];
      }),
    );
    expect(found).toEqual([1, 2, 6, 7]);
  });
});
