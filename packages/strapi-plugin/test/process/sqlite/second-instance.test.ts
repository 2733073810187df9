import { expect, test } from "vitest";
import { signInOwner } from "../../store/api.ts";
import { WITHIN } from "../../store/shop.ts";
import { expectEachToldOnce, openShop, place } from "../open-shop.ts";

test("a second instance on embedded storage sells and says why it sends nothing, and takes over when the first is killed", async () => {
  await using shop = await openShop();
  await using second = await shop.startSecond();
  const owner = await signInOwner(second);
  for (const page of ["/webxkey/v1/messages", "/webxkey/mapping", "/webxkey/intake"]) {
    expect(await owner("GET", page), page).toMatchObject({
      status: 503,
      body: { code: "data_dir_locked", detail: expect.stringContaining(`process ${shop.strapi.pid}`) },
    });
  }
  // What the second stored, the first sends.
  const placed = [await place(second), await place(shop), await place(second)];
  await expectEachToldOnce(shop, placed);

  await shop.strapi.kill();
  const late = await place(second);
  await expect.poll(() => shop.simulator.accepted({ phone: late.phone }), WITHIN).toHaveLength(1);
  expect(await owner("GET", "/webxkey/v1/messages")).toMatchObject({ status: 200 });
  for (const { phone } of placed) expect(await shop.simulator.accepted({ phone })).toHaveLength(1);
});
