import { type FaultRequest, statusWebhook } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  stranger,
  until,
  webhooksApplied,
} from "./shop.ts";

interface AttemptRow {
  readonly attempt_id: string;
  readonly n: number;
  readonly outcome: string;
  readonly reason_code: string | null;
}

const claims = () => ({ claims: [claim()] });

async function attemptsOf({ store }: Pick<Shop, "store">, messageId: string): Promise<AttemptRow[]> {
  return await store.query<AttemptRow>(
    "select attempt_id, n, outcome, reason_code from webxkey.attempts where message_id = $1 order by n",
    [messageId],
  );
}

const stateOf = async ({ store }: Pick<Shop, "store">, messageId: string) =>
  (
    await store.query<{ state: string; reason_code: string | null }>(
      "select state, reason_code from webxkey.messages where message_id = $1",
      [messageId],
    )
  )[0];

/** Makes what waits to be tried again due now, and its number free. */
async function dueNow({ store }: Pick<Shop, "store">, messageId: string): Promise<void> {
  await store.query("update webxkey.sender_paces set paused_until = null");
  await store.query("update webxkey.messages set due_at = now() where message_id = $1", [messageId]);
  await store.query("select pg_notify('webxkey_queued', '')");
}

describe.each(STORES)("sending on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const order = (phone: string) => publishOne(shop, happened("order.placed", { phone }), claims());

  /** A worker's request that Meta has and does not answer. */
  async function hanging(phone: string) {
    const before = posts(await shop.simulator.requests());
    const { messageId } = await order(phone);
    await until(
      "the request did not arrive",
      async () => posts(await shop.simulator.requests()) > before || undefined,
    );
    return messageId;
  }

  test("each message carries the id of its attempt to Meta and nothing else of ours", async () => {
    const phone = stranger();
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "read");
    const [attempt, ...more] = await attemptsOf(shop, messageId);
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ n: 1, outcome: "accepted" });
    expect(await acceptedFor(shop, phone)).toMatchObject([{ callbackData: `v1.${attempt?.attempt_id}` }]);
  });

  test.each<[what: string, fault: Omit<FaultRequest, "phone">]>([
    ["a reset connection", { kind: "reset_after" }],
    ["a server error without a code", { kind: "server_error_after" }],
    ["a server error with a code that says nothing", { kind: "server_error_after", code: 131000 }],
    ["an answer that breaks off", { kind: "truncated_body" }],
    ["an answer that is no JSON", { kind: "truncated_json" }],
    ["a page instead of an answer", { kind: "wrong_content_type" }],
  ])("after %s the message is not sent again, and its status settles it", async (_what, fault) => {
    const phone = stranger();
    await shop.simulator.inject({ ...fault, phone, count: 1 });
    await shop.simulator.inject({ kind: "no_statuses", phone, count: 1 });
    const { messageId } = await order(phone);
    const { message } = await untilState(shop.engine, messageId, "unknown");
    expect(message.reason).toEqual({
      code: "outcome_unknown",
      sentence: "Waiting for Meta: the request may or may not have arrived, so it is not simply sent again.",
    });
    // The worker comes round and finds nothing to do about it.
    await untilState(shop.engine, (await order(stranger())).messageId, "read");
    const [accepted, ...again] = await acceptedFor(shop, phone);
    expect(again).toEqual([]);

    const { wamid, callbackData } = accepted ?? { wamid: "", callbackData: undefined };
    await shop.simulator.deliver(
      statusWebhook({
        status: "delivered",
        phone,
        wamid,
        atSeconds: Math.floor(Date.now() / 1_000),
        ...(callbackData !== undefined && { callbackData }),
      }),
    );
    await untilState(shop.engine, messageId, "delivered");
    expect(await attemptsOf(shop, messageId)).toMatchObject([{ n: 1, outcome: "unknown" }]);
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a status that comes before the lost answer stands when the answer is given up", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "reset_after", phone, count: 1 });
    await shop.simulator.inject({ kind: "webhook_before_response", phone, count: 1 });
    const { messageId } = await order(phone);
    await untilState(shop.engine, messageId, "read");
    await until("the answer was not given up", async () => {
      const [attempt] = await attemptsOf(shop, messageId);
      return attempt?.outcome === "unknown";
    });
    expect(await stateOf(shop, messageId)).toEqual({ state: "read", reason_code: null });
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a certain refusal that passes is tried again later, and the message sent once", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 130429, phone, count: 1 });
    const { messageId } = await order(phone);
    await until(
      "it was not refused",
      async () => (await attemptsOf(shop, messageId))[0]?.outcome === "refused",
    );
    const { message } = await untilState(shop.engine, messageId, "queued");
    expect(message.reason?.code).toBe("waiting_for_sender");
    expect(message.reason?.sentence).toMatch(/^Waiting for the number\. .+ is slowed down/);
    await dueNow(shop, messageId);
    await untilState(shop.engine, messageId, "read");
    expect(await attemptsOf(shop, messageId)).toMatchObject([
      { n: 1, outcome: "refused" },
      { n: 2, outcome: "accepted" },
    ]);
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a wish to stop counts before the next try", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 130429, phone, count: 1 });
    const { messageId } = await order(phone);
    await until(
      "it was not refused",
      async () => (await attemptsOf(shop, messageId))[0]?.outcome === "refused",
    );
    await says(shop, { phone, text: "STOP" });
    await dueNow(shop, messageId);
    const { message } = await untilState(shop.engine, messageId, "blocked");
    expect(message.reason?.code).toBe("consent_withdrawn");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("a refusal that will not pass ends the message with Meta's reason in a sentence", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 131026, phone, count: 1 });
    const { messageId } = await order(phone);
    const { message } = await untilState(shop.engine, messageId, "failed");
    expect(message.reason).toMatchObject({
      code: "refused_by_meta",
      sentence: expect.stringMatching(/^Not sent\. .+/),
    });
    expect(await attemptsOf(shop, messageId)).toMatchObject([{ n: 1, outcome: "refused" }]);
  });

  test("refusals without an end stop after eight tries, and the timeline tells each", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 131049, phone });
    const { messageId } = await order(phone);
    const { entries } = await until("the tries did not end", async () => {
      await dueNow(shop, messageId);
      const state = await stateOf(shop, messageId);
      return state?.state === "failed" && (await untilState(shop.engine, messageId, "failed"));
    });
    expect(entries.filter(({ kind }) => kind === "attempted")).toHaveLength(8);
    expect((await stateOf(shop, messageId))?.reason_code).toBe("attempts_exhausted");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("the attempt is committed before the request, and a worker that dies over it leaves the outcome unknown", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "hang_before", count: 1 });
    const messageId = await hanging(phone);
    // Meta has the request and has not answered: what is in the database now was there before it.
    const [attempt] = await attemptsOf(shop, messageId);
    expect(attempt).toMatchObject({ n: 1, outcome: "started" });
    expect((await stateOf(shop, messageId))?.state).toBe("sending");

    await shop.store.query(
      "update webxkey.messages set lease_until = now() - interval '1 second' where message_id = $1",
      [messageId],
    );
    const { entries } = await untilState(shop.engine, messageId, "unknown");
    expect(entries.find(({ kind }) => kind === "answered")?.sentence).toBe(
      "It is not known whether Meta accepted it. Waiting for its status.",
    );
    expect(await attemptsOf(shop, messageId)).toMatchObject([
      { outcome: "unknown", reason_code: "worker_gone" },
    ]);
    expect(await auditOf(shop, messageId)).toContainEqual(
      expect.objectContaining({ action: "message.answered", outcome: "unknown:worker_gone" }),
    );
    await shop.simulator.deliver(
      statusWebhook({
        status: "sent",
        phone,
        atSeconds: Math.floor(Date.now() / 1_000),
        callbackData: `v1.${attempt?.attempt_id}`,
      }),
    );
    await untilState(shop.engine, messageId, "sent");
    await webhooksApplied(shop);
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });
});

function posts(requests: Awaited<ReturnType<Shop["simulator"]["requests"]>>): number {
  return requests.filter(({ method, path }) => method === "POST" && path.endsWith("/messages")).length;
}
