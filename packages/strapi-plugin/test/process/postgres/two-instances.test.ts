import { expect, test } from "vitest";
import { signInOwner } from "../../store/api.ts";
import { messagesOf, WITHIN } from "../../store/shop.ts";
import { expectEachToldOnce, type Order, openPostgresShop, place, sweep } from "../open-shop.ts";

test("two instances on one PostgreSQL give one message an order, by hook and by sweep; one that is killed does not stop the other", async () => {
  await using shop = await openPostgresShop();
  await using second = await shop.startSecond();
  const placed: Order[] = await Promise.all([place(shop), place(second), place(shop), place(second)]);

  // Written past Strapi, so that only sweeps can find it; both look at the same time.
  const [row] = await shop.host.rows<{ document_id: string; phone: string }>(
    `insert into orders (document_id, code, customer_name, phone, total, currency, whatsapp, stage, created_at, updated_at)
     values ('found-by-a-sweep', 'S-1', 'Sample Customer', '+16505559001', 12, 'usd', true, 'pending', now(), now())
     returning document_id, phone`,
  );
  await Promise.all([sweep(shop), sweep(second), sweep(shop), sweep(second)]);
  placed.push({ documentId: String(row?.document_id), phone: String(row?.phone) });
  await expectEachToldOnce(shop, placed);
  expect(await shop.facts("found-by-a-sweep")).toMatchObject([{ origin: "sweep" }, { origin: "sweep" }]);

  await shop.strapi.kill();
  const late = await place(second);
  await expect.poll(() => shop.simulator.accepted({ phone: late.phone }), WITHIN).toHaveLength(1);
  expect(await messagesOf(await signInOwner(second), late.documentId)).toHaveLength(1);

  await shop.start();
  await Promise.all([sweep(shop), sweep(second)]);
  await expectEachToldOnce(shop, [...placed, late]);
});
