import { demoAccount, encodeWebhook, signWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORES } from "./engine.ts";
import { openShop, type Shop, stranger, written } from "./shop.ts";
import {
  burst,
  forgeWebhooks,
  mutateWebhooks,
  replayWebhooks,
  shuffleStatuses,
  type WebhookTarget,
} from "./webhook-fuzz.ts";
import { appPath, countOf, handWebhook, quietSimulator, untilApplied } from "./webhooks.ts";

/** On each store, and other ones there. */
const RUNS = 1_000;
const SHUFFLED = 500;
const BURST = 1_000;
const SEEDS = { pglite: 20_261_125, postgres: 20_261_126 };
const MB = 1024 * 1024;
const LARGE_BYTES = 4 * MB;

// Thousands of webhooks, on a machine that may be busy.
describe.each(STORES)("on %s", { timeout: 120_000 }, (name) => {
  const seed = SEEDS[name];
  let shop: Shop;
  let target: WebhookTarget;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator() });
    target = {
      store: shop.store,
      post: (bytes, signature) => handWebhook(shop.engine, bytes, signature),
    };
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("forged webhooks are all refused, and a true body posted again changes no table (R12)", async () => {
    expect(await forgeWebhooks(target, { runs: RUNS, seed })).toEqual({
      forged: RUNS,
      accepted: 0,
      stored: 0,
    });
    const bodies = ["Once", "STOP"].map((text) => encodeWebhook(written({ phone: stranger(), text })));
    expect(await replayWebhooks(target, bodies)).toEqual({ statuses: new Set([200]), changed: [] });
  });

  test("broken webhooks with a true signature are all answered 200 and applied or kept aside (R13)", async () => {
    let unhandled = 0;
    const onUnhandled = () => {
      unhandled += 1;
    };
    process.on("unhandledRejection", onUnhandled);
    const rssBefore = process.memoryUsage.rss();
    const told = await mutateWebhooks(target, { runs: RUNS, seed });
    const grownBytes = process.memoryUsage.rss() - rssBefore;
    process.off("unhandledRejection", onUnhandled);
    process.stdout.write(
      `R13 on ${name}, seed ${seed}: ${RUNS} broken bodies, p99 ${told.p99Ms.toFixed(1)} ms, ${(grownBytes / MB).toFixed()} MB grown\n`,
    );
    expect(told).toMatchObject({ posted: RUNS, notAnswered200: [], failed: 0 });
    expect(unhandled).toBe(0);
    expect(told.applied).toBeGreaterThan(RUNS / 2);
    // Over these few a process is still warming up; what 100,000 may take is the long run's matter.
    expect(grownBytes).toBeLessThan(300 * MB);
    expect((await shop.engine.call("POST", "/v1/audit/verify")).body).toMatchObject({ ok: true, faults: [] });
  });

  test("statuses in any order and repetition end in the same state (R11)", async () => {
    expect(await shuffleStatuses(target, { runs: SHUFFLED, seed })).toEqual({ messages: SHUFFLED, wrong: 0 });
  });

  test("a burst of 1,000 webhooks is answered 200, each when it is stored (R14)", async () => {
    const before = await countOf(shop.store, "webxkey.inbox");
    const bodies = Array.from({ length: BURST }, () =>
      encodeWebhook(written({ phone: stranger(), text: "Hello" })),
    );
    const { statuses, p99Ms } = await burst(target, bodies);
    expect(statuses).toEqual(new Set([200]));
    expect(await countOf(shop.store, "webxkey.inbox")).toBe(before + BURST);
    process.stdout.write(`R14 on ${name}: ${BURST} at once, p99 ${p99Ms.toFixed()} ms\n`);
    await untilApplied(shop.store).catch(() => untilApplied(shop.store));
  });

  test("a full inbox is answered 503 and takes webhooks again when there is room", async () => {
    await shop.store.query(
      `insert into webxkey.inbox (body_hash, verified_by, body_raw, due_at)
       select sha256(n::text::bytea), '[]', '\\x01', now() + interval '1 day' from generate_series(1, 50000) n`,
    );
    const post = () => handWebhook(shop.engine, encodeWebhook(written({ phone: stranger(), text: "Hello" })));
    await expect.poll(post, { timeout: 20_000 }).toBe(503);
    const stored = await countOf(shop.store, "webxkey.inbox");
    expect(new Set(await Promise.all(Array.from({ length: 100 }, post)))).toEqual(new Set([503]));
    expect(await countOf(shop.store, "webxkey.inbox")).toBe(stored);
    await shop.store.query("delete from webxkey.inbox where due_at > now() + interval '1 hour'");
    await expect.poll(post, { timeout: 20_000 }).toBe(200);
  });

  if (name === "postgres") {
    test("no webhook is answered before its commit, and bodies that wait for one are limited in memory (R14)", async () => {
      const storage = await shop.storage.open();
      const before = await countOf(shop.store, "webxkey.inbox");
      const locked = Promise.withResolvers<void>();
      const unlock = Promise.withResolvers<void>();
      const holding = storage.migration("engine", async (runner) => {
        await runner.run("lock table webxkey.inbox in access exclusive mode");
        locked.resolve();
        await unlock.promise;
      });
      await locked.promise;
      const large = Array.from({ length: 30 }, (_, n) => Buffer.alloc(LARGE_BYTES, `body ${n} `));
      const answered: number[] = [];
      const path = await appPath(shop.simulator, demoAccount);
      const posts = large.map(async (bytes) => {
        const status = await handWebhook(
          shop.engine,
          bytes,
          signWebhook(demoAccount.app.secret, bytes),
          path,
        );
        answered.push(status);
        return status;
      });
      // 24 MB hold at most six of them; the others are refused while these wait.
      await expect.poll(() => answered.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(24);
      expect(answered.length).toBeLessThan(30);
      expect(new Set(answered)).toEqual(new Set([503]));
      unlock.resolve();
      await holding;
      await Promise.all(posts);
      const yes = answered.filter((status) => status === 200).length;
      expect(yes).toBeGreaterThan(0);
      expect(await countOf(shop.store, "webxkey.inbox")).toBeGreaterThanOrEqual(before + yes);
    });
  }
});
