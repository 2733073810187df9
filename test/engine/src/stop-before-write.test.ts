import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import { claim, connectDemo, type Engine, startEngine, untilState } from "./engine.ts";
import { happened, publishOne, stranger, until } from "./shop.ts";
import { openStore, type Store } from "./stores.ts";

/** WEBXKEY_STOPS=400 is the full size: a Meta that takes nine seconds, and four hundred messages on the way in two processes. */
const STOPS = Number(process.env["WEBXKEY_STOPS"] ?? 12);
const SLOW_MS = STOPS >= 400 ? 9_000 : 1_500;
const SECOND_MS = 1_000;
const CASE_MS_MAX = 300_000;

/** Two engines on one PostgreSQL, as two processes: what one knows in memory the other does not. */
async function openTwo(workers: "first" | "both") {
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openStore("postgres"));
  const simulator = await startGraphSimulator({ limitPairs: false, webhooks: { batchWaitMs: 2, updatesPerPost: 50 } });
  const { portfolio, waba, number } = demoAccount;
  await simulator.seed({
    portfolios: [{ ...portfolio, messagingLimit: "TIER_UNLIMITED" }],
    numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: 1_000 }],
  });
  const start = () => startEngine({ storage: store.option(), simulator, burstFloorPerHour: 1_000_000 });
  const first = opened.use(await start());
  const second = opened.use(await start());
  await connectDemo(first);
  await first.startWorker();
  if (workers === "both") await second.startWorker();
  opened.use(simulator);
  const kept = opened.move();
  return { store, simulator, first, second, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const order = (engine: Engine, phone: string) =>
  publishOne({ engine }, happened("order.placed", { phone }), { claims: [claim()] });

async function withdraw(engine: Engine, phone: string): Promise<void> {
  const answer = await engine.call("POST", "/v1/consents/withdraw", {
    identity: { kind: "phone", value: phone },
    method: "admin",
    evidence: "said so on the phone",
    occurred_at: new Date().toISOString(),
  });
  expect(answer.status).toBe(200);
}

/** Keeps a claim waiting after it has read the consents: it may not write down how fast this person may be written to. */
async function holdClaimOf(store: Store, contactId: string): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const ending = store.inTransaction(async (query) => {
    await query(
      `insert into webxkey.recipient_paces (workspace_id, sender_id, contact_id, next_at, last_at)
       select workspace_id, sender_id, $1::uuid, now() - interval '2 days', now() - interval '2 days' from webxkey.senders`,
      [contactId],
    );
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return async () => {
    released.resolve();
    await ending;
  };
}
