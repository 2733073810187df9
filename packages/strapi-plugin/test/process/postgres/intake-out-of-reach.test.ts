import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../store/api.ts";
import { anOrder } from "../../store/shop.ts";
import type { PostgresHost } from "../host-database.ts";
import { expectEachToldOnce, openPostgresShop, place, placeMany, type Shop, sweep } from "../open-shop.ts";

/** A busy machine's patience: a save that waited for the lock would not end at all. */
const SAVE_MS_MAX = 5_000;

const INTAKE = ["webxkey_intake_facts"];

let shop: Shop<PostgresHost>;

beforeAll(async () => {
  shop = await openPostgresShop();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

test("a save does not wait for an intake that somebody has locked, and its order is told once afterwards", async () => {
  const missed = await shop.host.whileLocked(INTAKE, async () => [
    await place(shop),
    await place(shop, "/api/own/orders"),
  ]);
  expect(Math.max(...missed.map(({ tookMs }) => tookMs))).toBeLessThan(SAVE_MS_MAX);

  await sweep(shop);
  for (const { documentId } of missed)
    expect(new Set((await shop.facts(documentId)).map(({ origin }) => origin))).toEqual(new Set(["sweep"]));
  await expectEachToldOnce(shop, missed);
});

test("the application's transaction goes on with its own patience, whether the intake is locked or not", async () => {
  const checkOut = async () =>
    (await createApi(shop)("POST", "/api/own/checkouts", { data: anOrder() })).body;
  const asItWas = { data: { language: "en" }, lockTimeout: "0" };
  expect(await checkOut()).toMatchObject(asItWas);
  expect(await shop.host.whileLocked(INTAKE, checkOut)).toMatchObject(asItWas);
});

test("a dropped intake is made again by the sweep: what was told is not told again, what was missed is told once", async () => {
  const placed = await placeMany(shop, 2);
  await expectEachToldOnce(shop, placed);
  await shop.host.rows("drop table webxkey_intake_facts");
  const missed = await placeMany(shop, 2);
  expect(Math.max(...missed.map(({ tookMs }) => tookMs))).toBeLessThan(SAVE_MS_MAX);
  await sweep(shop);
  await expectEachToldOnce(shop, [...placed, ...missed]);
});
