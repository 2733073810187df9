import { afterAll, beforeAll, expect, test } from "vitest";
import { WITHIN } from "../../store/shop.ts";
import type { PostgresHost } from "../host-database.ts";
import {
  expectEachToldOnce,
  medianMs,
  openPostgresShop,
  type Placed,
  placeMany,
  type Shop,
} from "../open-shop.ts";

/** More than the same save takes while all is well, on a busy machine: a save that waited would wait for ever. */
const SLOWER_MS_MAX = 5_000;
const ORDERS = 5;

let shop: Shop<PostgresHost>;
let usual: readonly Placed[];

beforeAll(async () => {
  shop = await openPostgresShop();
  usual = await placeMany(shop, ORDERS);
});
afterAll(() => shop?.[Symbol.asyncDispose]());

function expectUsual(placed: readonly Placed[]): void {
  const usualMs = medianMs(usual);
  expect(medianMs(placed), `${usualMs} ms while all is well`).toBeLessThan(usualMs * 3 + SLOWER_MS_MAX);
}

async function engineTables(): Promise<string[]> {
  const rows = await shop.host.rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'webxkey%'",
  );
  expect(rows.length).toBeGreaterThan(20);
  return rows.map(({ name }) => name);
}

/** Orders placed while the engine is out of reach; the intake keeps them, and none of them counts as a failure of its own. */
async function sellWithoutEngine(): Promise<Placed[]> {
  const placed = await placeMany(shop, ORDERS);
  expectUsual(placed);
  const ids = new Set(placed.map(({ documentId }) => documentId));
  await expect
    .poll(async () => {
      const rows = await shop.host.rows<{ entity_id: string; outcome: string | null }>(
        "select entity_id, outcome from webxkey_intake_facts where done_at is null and parked_at is null",
      );
      return new Set(
        rows.filter(({ outcome }) => outcome === "storage_unavailable").map((row) => row.entity_id),
      );
    }, WITHIN)
    .toEqual(ids);
  expect(await shop.owner("GET", "/webxkey/intake")).toMatchObject({
    status: 503,
    body: { code: "storage_unavailable", detail: expect.stringContaining("database") },
  });
  return placed;
}

test("the shop sells while the engine's tables are locked, and afterwards each order is told once", async () => {
  // Who is still sending would take the same tables in another order.
  await expectEachToldOnce(shop, usual);
  const placed = await shop.host.whileLocked(await engineTables(), () => placeMany(shop, ORDERS));
  expectUsual(placed);
  await expectEachToldOnce(shop, placed);
});

test("the shop sells while the engine's schema is revoked, says so on its pages, and afterwards each order is told once", async () => {
  const { host } = shop;
  await host.rows(`revoke usage on schema webxkey from ${host.role}`);
  const placed = await sellWithoutEngine();
  await host.rows(`grant usage on schema webxkey to ${host.role}`);
  await expectEachToldOnce(shop, placed);
});

test("the shop sells while the engine's schema has another name, says so on its pages, and afterwards each order is told once", async () => {
  const { host } = shop;
  await host.rows("alter schema webxkey rename to webxkey_elsewhere");
  const placed = await sellWithoutEngine();
  await host.rows("alter schema webxkey_elsewhere rename to webxkey");
  await expectEachToldOnce(shop, placed);
});

test("the application ends when it is asked to while the engine's tables are locked, and starts again", async () => {
  const placed = await shop.host.whileLocked(await engineTables(), async () => {
    const last = await placeMany(shop, 1);
    await shop.strapi.kill("SIGTERM");
    await shop.start();
    return [...last, ...(await placeMany(shop, 1))];
  });
  // What the ended process had taken is given to another when its lease is over.
  await shop.host.rows("update webxkey_intake_facts set due_at = 0 where done_at is null");
  await expectEachToldOnce(shop, placed);
});
