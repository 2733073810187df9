import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils";
import { createLog, type Fact } from "@webxkey/core";
import { FACT_TRIES_MAX } from "@webxkey/host-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createStoreDrain } from "../../src/drain/drain.ts";
import { createRuntime } from "../../src/engine/index.ts";
import { worksHere } from "../../src/engine/works-here.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { openStore, type Store } from "./open-store.ts";
import { factsLike } from "./told.ts";

let store: Store;
let knex: Knex;

beforeAll(async () => {
  store = await openStore();
  knex = store.container.resolve(ContainerRegistrationKeys.PG_CONNECTION) as Knex;
  // This process's own runtime would drain what the tests put down.
  await store.runtime.stop();
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(() => store.rows("delete from webxkey_intake_fact"));

const log = createLog({ level: "silent" });
const factOf = (id: string): Fact => ({ key: `order.placed:${id}`, type: "order.placed", entityId: id });

/** A store that cannot be read. */
const unreadable = () => ({
  query: {
    graph: async () => {
      throw new Error("the store's database is away");
    },
  },
});

const drainOf = (options: Partial<Parameters<typeof createStoreDrain>[0]> = {}) =>
  createStoreDrain({
    intake: createIntake(knex),
    connector: store.runtime.connector,
    host: () => ({ query: store.container.resolve(ContainerRegistrationKeys.QUERY) }),
    messaging: store.runtime.messaging,
    wordings: store.runtime.settings.wordings,
    log,
    ...options,
  });

describe("the intake", () => {
  test("stores one fact of twenty that come at once", async () => {
    const intakes = Array.from({ length: 20 }, () => createIntake(knex).record([factOf("order_1")], "push"));
    const stored = await Promise.all(intakes);
    expect(stored.filter((count) => count === 1)).toHaveLength(1);
    expect(await factsLike(store, "%")).toHaveLength(1);
  });

  test("gives each row to one of several claimers only", async () => {
    const facts = Array.from({ length: 100 }, (_, index) => factOf(`order_${index}`));
    await createIntake(knex).record(facts, "push");
    const claims = await Promise.all(Array.from({ length: 8 }, () => createIntake(knex).claim()));
    const keys = claims.flat().map(({ fact }) => fact.key);
    expect(keys).toHaveLength(100);
    expect(new Set(keys).size).toBe(100);
  });

  test("does not wait for a row that another process is at", async () => {
    const intake = createIntake(knex);
    await intake.record([factOf("order_1"), factOf("order_2")], "push");
    const other = await knex.transaction();
    await other.raw("select 1 from webxkey_intake_fact where id = ? for update", ["order.placed:order_1"]);
    const claimed = await intake.claim();
    await other.rollback();
    expect(claimed.map(({ fact }) => fact.entityId)).toEqual(["order_2"]);
  });

  test("gives a row again when the process that took it has died, and lets the dead one's word not count", async () => {
    const intake = createIntake(knex);
    await intake.record([factOf("order_1")], "push");
    const [dead] = await intake.claim();
    expect(await intake.claim()).toEqual([]);
    await store.rows("update webxkey_intake_fact set due_at = now() - interval '1 second'");
    const [alive] = await intake.claim();
    expect(alive?.attempts).toBe(2);
    if (dead) await intake.settle(dead, "published");
    expect(await factsLike(store, "%")).toMatchObject([{ done_at: null }]);
  });
});

describe("the drain", () => {
  test("tries a fact that fails again later, and parks it in the end without holding up its neighbour", async () => {
    const intake = createIntake(knex);
    await intake.record([factOf("order_poison")], "push");
    for (let tries = 1; tries < FACT_TRIES_MAX; tries++) {
      await drainOf({ host: unreadable })();
      expect(await factsLike(store, "%")).toMatchObject([
        { attempts: tries, parked_at: null, outcome: "store_not_readable" },
      ]);
      await store.rows("update webxkey_intake_fact set due_at = now()");
    }
    await drainOf({ host: unreadable })();
    expect(await factsLike(store, "%")).toMatchObject([
      { attempts: FACT_TRIES_MAX, parked_at: expect.any(Date) },
    ]);

    await intake.record([factOf("order_gone")], "push");
    await drainOf()();
    expect(await factsLike(store, "%order_gone")).toMatchObject([{ outcome: "nothing_to_tell" }]);
    expect(await intake.waiting(10)).toMatchObject([{ key: "order.placed:order_poison" }]);
  });

  test("counts no try while the engine cannot be opened", async () => {
    await createIntake(knex).record([factOf("order_1")], "push");
    const drain = drainOf({ messaging: () => Promise.reject(new Error("no database")) });
    await expect(drain()).rejects.toThrow("no database");
    expect(await factsLike(store, "%")).toMatchObject([{ attempts: 0, done_at: null }]);
  });
});

describe("a process that only answers HTTP", () => {
  test("stores facts, but neither drains, nor sweeps, nor sends", async () => {
    await using disposal = new AsyncDisposableStack();
    const runtime = createRuntime({
      settings: store.runtime.settings,
      knex,
      host: () => ({
        query: store.container.resolve(ContainerRegistrationKeys.QUERY),
        notifications: store.container.resolve(Modules.NOTIFICATION),
      }),
      works: false,
      log,
    });
    disposal.defer(() => runtime.close());
    await runtime.start();
    await runtime.intake.record([factOf("order_1")], "push");
    await runtime.drain();
    await runtime.sweep();
    expect(await factsLike(store, "%")).toMatchObject([{ attempts: 0, done_at: null }]);
  });

  test("is told by Medusa's worker mode, also where Medusa's own commands set it over a fixed configuration", () => {
    const config = (workerMode: "shared" | "worker" | "server") =>
      ({ projectConfig: { workerMode } }) as never;
    expect(worksHere(config("shared"), {})).toBe(true);
    expect(worksHere(config("worker"), { MEDUSA_WORKER_MODE: "worker" })).toBe(true);
    expect(worksHere(config("server"), {})).toBe(false);
    expect(worksHere(config("shared"), { MEDUSA_WORKER_MODE: "server" })).toBe(false);
  });
});
