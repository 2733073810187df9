import { startPostgres } from "@webxkey/test-postgres";
import { expect, test } from "vitest";
import { expectEachToldOnce, medianMs, openShop, placeMany } from "../open-shop.ts";

/** More than the same save takes while all is well, on a busy machine. */
const SLOWER_MS_MAX = 5_000;
const ORDERS = 5;

test("the shop sells while the engine's own database is away, and afterwards each order is told once", async () => {
  await using engine = await startPostgres();
  await using shop = await openShop({ env: { WEBXKEY_DATABASE_URL: await engine.createDatabase() } });
  const before = await placeMany(shop, ORDERS);
  await expectEachToldOnce(shop, before);

  await engine.kill();
  const placed = await placeMany(shop, ORDERS);
  expect(medianMs(placed)).toBeLessThan(medianMs(before) * 3 + SLOWER_MS_MAX);
  for (const { documentId } of placed) expect(await shop.facts(documentId)).toHaveLength(2);
  expect(await shop.owner("GET", "/webxkey/v1/messages")).toMatchObject({
    status: 503,
    body: { code: "storage_unavailable" },
  });
  // Nor does it need the engine to start.
  await shop.strapi.kill();
  await shop.start();
  placed.push(...(await placeMany(shop, 1)));

  await engine.restart();
  // What the ended process had taken is given to another when its lease is over.
  await shop.host.rows("update webxkey_intake_facts set due_at = 0 where done_at is null");
  await expectEachToldOnce(shop, [...before, ...placed]);
});
