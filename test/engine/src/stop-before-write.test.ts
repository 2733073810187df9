import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import pg from "pg";
import { describe, expect, inject, test } from "vitest";
import { claim, connectDemo, type Engine, startEngine, untilState } from "./engine.ts";
import { happened, publishOne, stranger, until, written } from "./shop.ts";
import { openStore, type Store } from "./stores.ts";
import { deliver, untilApplied } from "./webhooks.ts";

/** WEBXKEY_STOPS=400 is the full size: a Meta that takes nine seconds, and four hundred messages on the way in two processes. */
const STOPS = Number(process.env["WEBXKEY_STOPS"] ?? 12);
const SLOW_MS = STOPS >= 400 ? 9_000 : 1_500;
const SECOND_MS = 1_000;
const CASE_MS_MAX = 300_000;
const OFFICER = "user_privacy";

/** Two engines on one PostgreSQL, as two processes: what one knows in memory the other does not. */
async function openTwo(workers: "first" | "both") {
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openStore("postgres"));
  const simulator = await startGraphSimulator({
    limitPairs: false,
    webhooks: { batchWaitMs: 2, updatesPerPost: 50 },
  });
  const { portfolio, waba, number } = demoAccount;
  await simulator.seed({
    portfolios: [{ ...portfolio, messagingLimit: "TIER_UNLIMITED" }],
    numbers: [{ ...number, wabaId: waba.id, messagesPerSecond: 1_000 }],
  });
  const start = () => startEngine({ storage: store.option(), simulator, burstFloorPerHour: 1_000_000 });
  const first = opened.use(await start());
  const second = opened.use(await start());
  await connectDemo(first, ["order-confirmation", "password-reset-notice"]);
  expect((await first.call("PUT", `/v1/members/${OFFICER}`, { role: "privacy_officer" })).status).toBe(200);
  await first.startWorker();
  if (workers === "both") await second.startWorker();
  opened.use(simulator);
  const kept = opened.move();
  return { store, simulator, first, second, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const order = (engine: Engine, phone: string) =>
  publishOne({ engine }, happened("order.placed", { phone }), { claims: [claim()] });

async function withdraw(engine: Engine, phone: string, purpose?: "marketing"): Promise<void> {
  const body = {
    identity: { kind: "phone", value: phone },
    ...(purpose && { purpose }),
    channel: "whatsapp",
    evidence: "said so on the phone",
  };
  expect((await engine.call("POST", "/v1/consents/withdraw", body, OFFICER)).status).toBe(200);
}

const reset = (engine: Engine, phone: string) =>
  publishOne({ engine }, happened("account.password_reset", { phone }));

/** A person who was written to once, and a transaction that keeps the next claim waiting after it has read their consents. */
async function personWithHeldClaim({ first, store }: Awaited<ReturnType<typeof openTwo>>, tell = order) {
  const phone = stranger();
  const { messageId } = await order(first, phone);
  await untilState(first, messageId, "read");
  const [row] = await store.query<{ contact_id: string; name: string }>(
    "select contact_id, current_database() as name from webxkey.messages where message_id = $1",
    [messageId],
  );
  const url = new URL(inject("postgresUrl"));
  url.pathname = row?.name ?? "";
  const holder = new pg.Client({ connectionString: url.href });
  await holder.connect();
  await holder.query("begin");
  await holder.query("select 1 from webxkey.recipient_paces where contact_id = $1 for update", [
    row?.contact_id,
  ]);
  const next = await tell(first, phone);
  await until("the claim does not wait", async () => {
    const waiting = await store.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  });
  return {
    phone,
    contactId: row?.contact_id ?? "",
    messageId: next.messageId,
    async release() {
      await holder.query("rollback");
      await holder.end();
    },
  };
}

/** By the database, because that is where everybody's second is measured. */
async function aSecondPasses(store: Store): Promise<void> {
  const [row] = await store.query<{ at: string }>("select (now() + interval '1.05 seconds')::text as at");
  await until(
    "time stands still",
    async () => (await store.query("select 1 where now() > $1", [row?.at])).length > 0,
  );
}

describe("a message that is already claimed", () => {
  test("is not sent when the same process records the person's stop, however soon it is written (D 1.6)", async () => {
    await using two = await openTwo("first");
    const person = await personWithHeldClaim(two);
    await withdraw(two.first, person.phone);
    await person.release();
    const { message } = await untilState(two.first, person.messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await two.simulator.accepted({ phone: person.phone })).toHaveLength(1);
  });

  test("is not sent a second after another process has recorded the person's stop, without any notice (D 1.6)", async () => {
    await using two = await openTwo("first");
    const person = await personWithHeldClaim(two);
    await withdraw(two.second, person.phone);
    await aSecondPasses(two.store);
    await person.release();
    const { message } = await untilState(two.first, person.messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await two.simulator.accepted({ phone: person.phone })).toHaveLength(1);
  });

  test.each([
    [true, "blocked", 1],
    [false, "read", 2],
  ] as const)(
    "that is a security notice is ended by a STOP of another process only where a STOP covers them: %s (D 6.1)",
    async (covers, state, sent) => {
      await using two = await openTwo("first");
      expect(await two.first.call("PATCH", "/v1/settings", { stop_covers_security: covers })).toMatchObject({
        status: 200,
      });
      const person = await personWithHeldClaim(two, reset);
      await withdraw(two.second, person.phone);
      await aSecondPasses(two.store);
      await person.release();
      await untilState(two.first, person.messageId, state);
      expect(await two.simulator.accepted({ phone: person.phone })).toHaveLength(sent);
      expect(await two.first.messaging.stats()).toMatchObject({ sentAfterStop: 0 });
    },
  );

  test("that is a security notice is not sent once another process has noted that its person left the number (D 6.1)", async () => {
    await using two = await openTwo("first");
    const person = await personWithHeldClaim(two, reset);
    await withdraw(two.second, person.phone, "marketing");
    // As the webhook of the number change is recorded by a process that has a worker.
    const same =
      "workspace_id, contact_id, channel, state, assurance, evidence_sealed, occurred_at, recorded_at";
    await two.store.query(
      `insert into webxkey.consents (consent_id, purpose, method, ${same})
       select gen_random_uuid(), 'account', 'number_changed', ${same}
       from webxkey.consents where contact_id = $1 and purpose = 'marketing'`,
      [person.contactId],
    );
    await aSecondPasses(two.store);
    await person.release();
    const { message } = await untilState(two.first, person.messageId, "blocked");
    expect(message.reason?.code).toBe("security_number_given_up");
    expect(await two.simulator.accepted({ phone: person.phone })).toHaveLength(1);
  });

  test("is sent when the person only stopped marketing meanwhile (D 1.6)", async () => {
    await using two = await openTwo("first");
    const person = await personWithHeldClaim(two);
    await withdraw(two.second, person.phone, "marketing");
    await person.release();
    await untilState(two.first, person.messageId, "read");
  });
});

test("what was claimed before a message that may mean stop is held, and not sent (D 1.4)", async () => {
  await using two = await openTwo("first");
  const person = await personWithHeldClaim(two);
  expect(await deliver(two.first, written({ phone: person.phone, text: "stop?" }))).toBe(200);
  await untilApplied(two.store);
  await person.release();
  await untilState(two.first, person.messageId, "held");
  expect(await two.simulator.accepted({ phone: person.phone })).toHaveLength(1);
});

test(
  `with a Meta that takes ${SLOW_MS} ms and two processes no request begins later than a second after a stop, of ${STOPS} (D 1.6)`,
  async () => {
    await using two = await openTwo("both");
    const engines = [two.first, two.second] as const;
    await two.simulator.inject({ kind: "slow_answer", delayMs: SLOW_MS });
    const phones = Array.from({ length: 3 * STOPS }, stranger);
    const published = phones.map((phone, n) => order(engines[n % 2 === 0 ? 0 : 1], phone));
    const stoppedAtMs = new Map<string, number>();
    await Promise.all(
      phones.slice(0, STOPS).map(async (phone, n) => {
        await published[n];
        const second = engines[n % 3 === 0 ? 0 : 1];
        await withdraw(second, phone);
        stoppedAtMs.set(phone, Date.now());
        // News about the same person that comes after their stop.
        await order(second, phone);
      }),
    );
    await Promise.all(published);
    await until(
      "something still waits",
      async () =>
        (await two.store.query("select 1 from webxkey.messages where state in ('queued', 'sending') limit 1"))
          .length === 0,
      CASE_MS_MAX,
    );
    const late = (await two.simulator.accepted()).filter(({ phone = "", postedAtMs }) => {
      const atMs = stoppedAtMs.get(phone);
      return atMs !== undefined && postedAtMs > atMs + SECOND_MS;
    });
    expect(late).toEqual([]);
    const { sentAfterStop } = await two.first.messaging.stats();
    expect(sentAfterStop).toBeLessThanOrEqual(STOPS);
  },
  CASE_MS_MAX,
);
