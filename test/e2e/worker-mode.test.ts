import { type Store, startStore } from "@webxkey/demo-medusa";
import { expect, test } from "vitest";
import { newPhone, openTestShop, WAIT } from "./test-shop.ts";

test("a server and a worker on one database send one message; the server neither drains nor dispatches", async () => {
  await using shop = await openTestShop();
  await shop.restart({ MEDUSA_WORKER_MODE: "server" });
  const startWorker = (): Promise<Store> =>
    startStore({
      databaseUrl: shop.databaseUrl,
      graphUrl: shop.simulator.url,
      publicUrl: shop.store.url,
      mode: "worker",
    });
  const phone = newPhone();

  const first = await shop.buy({ phone });
  const intake = () =>
    shop.query<{ attempts: number }>("select attempts from webxkey_intake_fact where entity_id = $1", [
      first.id,
    ]);
  await expect.poll(intake, WAIT).toEqual([{ attempts: 0 }]);
  {
    await using _worker = await startWorker();
    await expect.poll(() => shop.outcomes(first.id), WAIT).toEqual(["order-confirmation: read"]);
  }
  expect(await shop.sent(phone)).toHaveLength(1);

  // Meta asks to come back later, and the worker dies meanwhile: the message stays due, and the server leaves it alone.
  const worker = await startWorker();
  await shop.simulator.inject({ kind: "graph_error", code: 131056, phone, count: 1 });
  const second = await shop.buy({ phone });
  const isDue = async () => {
    const [row] = await shop.query<{ due: boolean }>(
      `select due_at < now() as due from webxkey.messages join webxkey.events using (workspace_id, event_id)
        where entity_ref = $1 and state = 'queued' and attempts = 1`,
      [second.id],
    );
    return row?.due;
  };
  await expect.poll(isDue, WAIT).toBe(false);
  await worker.kill("SIGKILL");
  await expect.poll(isDue, { ...WAIT, timeout: 60_000 }).toBe(true);
  expect(await shop.outcomes(second.id)).toEqual(["order-confirmation: queued, waiting_to_retry"]);

  await using _successor = await startWorker();
  await expect.poll(() => shop.outcomes(second.id), WAIT).toEqual(["order-confirmation: read"]);
  expect(await shop.sent(phone)).toHaveLength(2);
});
