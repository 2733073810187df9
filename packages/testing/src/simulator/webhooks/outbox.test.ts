import { describe, expect, test } from "vitest";
import { CUSTOMER, callGraph, orderConfirmation, setStage, WABA } from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";
import { demoSeed } from "../seed.ts";
import { startGraphSimulator } from "../start.ts";
import { startWebhookReceiver } from "../webhook-receiver.ts";
import {
  inboundButton,
  inboundText,
  statusBatch,
  statusWebhook,
  userPreferences,
  type WebhookBody,
} from "./bodies.ts";

const DAY_MS = 86_400_000;

describe("batches", () => {
  test("carry updates of several numbers and WABAs in one POST, one entry a WABA", async () => {
    const [first] = demoSeed().wabas ?? [];
    await using receiver = await startWebhookReceiver({ appSecret: demoAccount.app.secret });
    await using simulator = await startGraphSimulator({
      webhooks: { updatesPerPost: 30, batchWaitMs: 5_000 },
      statusTimes: { sentMs: 1, deliveredMs: 2, readMs: 3 },
    });
    const other = { waba: "200000000000002", number: "200000000000003" };
    await simulator.seed({
      wabas: [
        {
          ...first,
          id: other.waba,
          portfolioId: demoAccount.portfolio.id,
          subscribedApps: [demoAccount.app.id],
        },
      ],
      numbers: [{ id: other.number, wabaId: other.waba, displayPhoneNumber: "+1 555 010 0002" }],
      tokens: [{ value: "SIM_TOKEN_both", appId: demoAccount.app.id, wabaIds: [WABA, other.waba] }],
      templates: [
        { wabaId: other.waba, name: "hello", language: "en", components: [{ type: "BODY", text: "Hello." }] },
      ],
    });
    await simulator.setCallback(demoAccount.app.id, receiver);
    const hello = { name: "hello", language: { code: "en" } };
    const send = (number: string, body: object) =>
      callGraph(`${simulator.url}/v25.0/${number}/messages`, "POST", "SIM_TOKEN_both", body);
    await Promise.all([
      ...Array.from({ length: 5 }, () => send(demoAccount.number.id, orderConfirmation())),
      ...Array.from({ length: 5 }, () => send(other.number, orderConfirmation({ template: hello }))),
    ]);
    await receiver.until((one) => one.statuses().length === 30, { withinMs: 10_000 });
    expect(receiver.arrivals).toHaveLength(1);
    const [body] = receiver.arrivals.map(({ text }) => JSON.parse(text) as WebhookBody);
    expect(body?.entry.map(({ id }) => id).sort()).toEqual([WABA, other.waba].sort());
    expect(receiver.arrivals.every(({ isSigned }) => isSigned)).toBe(true);
  });

  test("never carry more updates than asked", async () => {
    await using stage = await setStage({ webhooks: { updatesPerPost: 4, batchWaitMs: 20 } });
    for (let n = 0; n < 6; n++) await stage.send(orderConfirmation());
    await stage.receiver.until((receiver) => receiver.statuses().length === 18, { withinMs: 10_000 });
    const sizes = stage.receiver.arrivals.map(({ text }) => (text.match(/"status":/g) ?? []).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
  });
});

describe("retries", () => {
  test("follow every answer but 200, 201 and 204 among them, with the same bytes and signature", async () => {
    await using stage = await setStage();
    stage.receiver.answerNext(500, 204, 201);
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 2, { withinMs: 10_000 });
    await stage.simulator.advance(60_000);
    expect(stage.receiver.arrivals.map(({ answered }) => answered)).toEqual([500, 204, 201, 200]);
    expect(new Set(stage.receiver.arrivals.map(({ text }) => text)).size).toBe(1);
    expect(new Set(stage.receiver.arrivals.map(({ signature }) => signature)).size).toBe(1);
  });

  test("wait longer each time and stop after seven days", async () => {
    await using stage = await setStage();
    stage.receiver.answerNext(...Array.from({ length: 200 }, () => 503));
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.simulator.advance(8 * DAY_MS);
    const [webhook] = await stage.simulator.webhooks();
    expect(webhook?.state).toBe("dropped");
    const times = webhook?.attempts.map(({ atMs }) => atMs) ?? [];
    const waits = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(waits.slice(0, 5).map((ms) => Math.round(ms / 1_000))).toEqual([0, 5, 10, 20, 40]);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(6 * DAY_MS);
    const tries = stage.receiver.arrivals.length;
    await stage.simulator.advance(8 * DAY_MS);
    expect(stage.receiver.arrivals.length).toBe(tries);
  });
});

describe("a webhook of the log", () => {
  test("is posted again with the same bytes", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 1, { withinMs: 10_000 });
    const [webhook] = await stage.simulator.webhooks();
    await stage.simulator.redeliver(webhook?.id ?? "");
    const [first, second] = stage.receiver.arrivals;
    expect(second?.text).toBe(first?.text);
    expect(second?.isSigned).toBe(true);
  });

  test("is posted with a spoilt signature when asked", async () => {
    await using stage = await setStage();
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 1, { withinMs: 10_000 });
    const [webhook] = await stage.simulator.webhooks();
    for (const flaw of ["wrong", "missing", "short", "upper_case", "other_secret", "altered_body"] as const) {
      await stage.simulator.redeliver(webhook?.id ?? "", flaw);
      expect(stage.receiver.arrivals.at(-1)?.isSigned).toBe(false);
    }
  });
});

describe("own bodies", () => {
  test("from the factories are delivered, signed with the app's secret", async () => {
    await using stage = await setStage();
    const bodies = [
      statusWebhook({ status: "failed", errorCode: 131026 }),
      statusBatch(1_000, (n) => ({ status: "read", callbackData: `v1.${n}` }), [
        {},
        { wabaId: "200000000000002" },
      ]),
      inboundText({ text: "STOP" }),
      inboundButton({ text: "Stop updates", payload: "OPT_OUT" }),
      userPreferences({ value: "stop" }),
    ];
    for (const body of bodies) {
      const delivery = await stage.simulator.deliver(body);
      expect(delivery.attempts).toMatchObject([{ status: 200 }]);
    }
    expect(stage.receiver.arrivals.map(({ text }) => JSON.parse(text))).toEqual(bodies);
    expect(stage.receiver.arrivals.every(({ isSigned }) => isSigned)).toBe(true);
    expect(bodies[1]?.entry.map(({ id }) => id)).toEqual([WABA, "200000000000002"]);
  });

  test("go to this machine only", async () => {
    await using stage = await setStage();
    const deliver = stage.simulator.deliver(inboundText({ text: "Hi" }), { url: "https://example.com/" });
    await expect(deliver).rejects.toThrow("this machine only");
  });
});
