import { request } from "undici";
import { describe, expect, test } from "vitest";
import { CUSTOMER, NUMBER, orderConfirmation, type Stage, setStage, WABA } from "../test-support/stage.ts";
import { demoAccount } from "./demo-account.ts";

/** A raw send, so that broken answers can be looked at. */
function rawSend(stage: Stage) {
  return request(`${stage.simulator.url}/v25.0/${NUMBER}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${demoAccount.token.value}`, "content-type": "application/json" },
    body: JSON.stringify(orderConfirmation()),
    headersTimeout: 300,
    bodyTimeout: 300,
  });
}

const accepted = async (stage: Stage) => (await stage.simulator.accepted()).map(({ answer }) => answer);

describe("answers", () => {
  test("500 before acceptance leaves nothing, 500 after leaves an accepted message with statuses", async () => {
    await using stage = await setStage();
    const before = await stage.simulator.inject({ kind: "server_error_before" });
    const first = await rawSend(stage);
    expect([first.statusCode, first.headers["content-type"]]).toEqual([500, "text/html"]);
    expect(await accepted(stage)).toEqual([]);
    await before.remove();
    await stage.simulator.inject({ kind: "server_error_after", code: 131000 });
    const second = await rawSend(stage);
    expect(await second.body.json()).toMatchObject({ error: { code: 131000 } });
    expect(await accepted(stage)).toEqual(["server_error"]);
    await stage.receiver.until((receiver) => receiver.statuses().length === 3, { withinMs: 10_000 });
  });

  test.each([
    ["reset_before", 0],
    ["reset_after", 1],
    ["hang_before", 0],
    ["hang_after", 1],
  ] as const)("%s gives no answer and accepts %i messages", async (kind, count) => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind });
    await expect(rawSend(stage)).rejects.toThrow();
    expect(await accepted(stage)).toHaveLength(count);
  });

  test.each(["server_error_before", "reset_before", "hang_before"] as const)(
    "%s strikes for the person or the template that it names, and for no other (D 10.8)",
    async (kind) => {
      await using stage = await setStage();
      const strikes = async () => {
        const answered = await rawSend(stage).then(
          ({ statusCode }) => statusCode,
          () => "none",
        );
        return answered !== 200;
      };
      for (const [of, struck] of [
        [{ phone: CUSTOMER }, true],
        [{ phone: "+16505550199" }, false],
        [{ template: "order_confirmation" }, true],
        [{ template: "order_shipped" }, false],
      ] as const) {
        const fault = await stage.simulator.inject({ kind, ...of });
        expect(await strikes(), JSON.stringify(of)).toBe(struck);
        await fault.remove();
      }
      expect(await accepted(stage)).toHaveLength(2);
    },
  );

  test("can break off in the middle, be cut JSON, or be a page of HTML, and the message is accepted", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "truncated_body", count: 1 });
    const broken = await rawSend(stage);
    await expect(broken.body.text()).rejects.toThrow();
    await stage.simulator.inject({ kind: "truncated_json", count: 1 });
    await expect((await rawSend(stage)).body.json()).rejects.toThrow(SyntaxError);
    await stage.simulator.inject({ kind: "wrong_content_type", count: 1 });
    const page = await rawSend(stage);
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html"]);
    await page.body.dump();
    expect(await accepted(stage)).toEqual(["truncated_body", "truncated_json", "wrong_content_type"]);
  });

  test("can drip, so that only a deadline for the whole answer ends the wait", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "slow_drip", delayMs: 600, count: 1 });
    // Each piece comes within the timeout of 300 ms between two of them.
    const startedAt = performance.now();
    expect(await (await rawSend(stage)).body.json()).toMatchObject({ messaging_product: "whatsapp" });
    expect(performance.now() - startedAt).toBeGreaterThan(500);
    expect(await accepted(stage)).toEqual(["slow_drip"]);
  });

  test("can ask for a wait in Retry-After", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "graph_error", code: 130429, retryAfterSeconds: 7, count: 1 });
    const refused = await stage.send(orderConfirmation());
    expect([refused.body.error.code, refused.headers["retry-after"]]).toEqual([130429, "7"]);
    expect((await stage.send(orderConfirmation())).headers["retry-after"]).toBeUndefined();
  });

  test("are logged with the callback data of the send, even when nothing was accepted", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "reset_before", count: 1 });
    const send = () => stage.send(orderConfirmation({ biz_opaque_callback_data: "v1.one" }));
    await expect(send()).rejects.toThrow();
    await send();
    const posts = (await stage.simulator.requests()).filter(({ method }) => method === "POST");
    expect(posts.map(({ status, callbackData }) => [status, callbackData])).toEqual([
      [undefined, "v1.one"],
      [200, "v1.one"],
    ]);
  });

  test("can be any of Graph's errors", async () => {
    await using stage = await setStage();
    for (const code of [130429, 131056, 80007, 4, 131031]) {
      await stage.simulator.inject({ kind: "graph_error", code, count: 1 });
      expect((await stage.send(orderConfirmation())).body.error.code).toBe(code);
    }
    expect((await stage.send(orderConfirmation())).status).toBe(200);
  });

  test("can say that the token has expired, on every route", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "token_expired" });
    expect((await stage.send(orderConfirmation())).body.error).toMatchObject({
      code: 190,
      error_subcode: 463,
    });
    expect((await stage.graph("GET", `/v25.0/${WABA}/phone_numbers`)).status).toBe(401);
  });

  test("of other routes break only when the fault is for all routes", async () => {
    await using stage = await setStage();
    const get = () => stage.graph("GET", `/v25.0/${NUMBER}`);
    await stage.simulator.inject({ kind: "server_error_before", code: 2 });
    expect((await get()).status).toBe(200);
    await stage.simulator.clearFaults();
    await stage.simulator.inject({ kind: "server_error_before", code: 2, routes: "all" });
    expect((await get()).status).toBe(500);
  });
});

describe("statuses", () => {
  test("can be left out", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "no_statuses" });
    await stage.send(orderConfirmation());
    await stage.simulator.advance(3_600_000);
    expect(stage.receiver.arrivals).toEqual([]);
  });

  test("can come in the reverse order with true times", async () => {
    await using stage = await setStage({ statusTimes: { sentMs: 1_000, deliveredMs: 2_000, readMs: 3_000 } });
    await stage.simulator.inject({ kind: "reordered_statuses" });
    await stage.send(orderConfirmation());
    await stage.simulator.advance(10_000);
    const statuses = stage.receiver.statuses();
    expect(statuses.map(({ status }) => status)).toEqual(["read", "delivered", "sent"]);
    const seconds = statuses.map(({ timestamp }) => Number(timestamp));
    expect(seconds).toEqual([...seconds].sort((a, b) => b - a));
  });

  test("can be late", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "delayed_statuses", delayMs: 600_000 });
    await stage.send(orderConfirmation());
    await stage.simulator.advance(599_000);
    expect(stage.receiver.arrivals).toEqual([]);
    await stage.simulator.advance(2_000);
    expect(stage.receiver.statuses().map(({ status }) => status)).toEqual(["sent", "delivered", "read"]);
  });

  test("can overtake the answer to the send", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "webhook_before_response" });
    const { body } = await stage.send(orderConfirmation());
    expect(stage.receiver.statuses()[0]).toMatchObject({ id: body.messages[0].id, status: "sent" });
  });

  test("of a held message come after the hold, or as a drop", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "held_for_quality", delayMs: 60_000, count: 1 });
    const { body } = await stage.send(orderConfirmation());
    expect(body.messages[0].message_status).toBe("held_for_quality_assessment");
    expect(stage.receiver.arrivals).toEqual([]);
    await stage.simulator.advance(61_000);
    expect(stage.receiver.statuses()[0]?.status).toBe("sent");
    await stage.simulator.inject({ kind: "held_for_quality", delayMs: 60_000, code: 132015, count: 1 });
    await stage.send(orderConfirmation());
    await stage.simulator.advance(61_000);
    expect(stage.receiver.statuses().at(-1)).toMatchObject({ status: "failed", errors: [{ code: 132015 }] });
  });
});

describe("webhooks", () => {
  test("can come twice with the same bytes", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "duplicate_webhooks" });
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 2, { withinMs: 10_000 });
    expect(stage.receiver.arrivals[0]?.text).toBe(stage.receiver.arrivals[1]?.text);
  });

  test("can have a wrong signature", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "wrong_signature", flaw: "short" });
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 1, { withinMs: 10_000 });
    expect(stage.receiver.arrivals[0]).toMatchObject({ isSigned: false });
    expect(stage.receiver.arrivals[0]?.signature).toHaveLength("sha256=".length + 62);
  });

  test("can hide the phone of a person", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "username_only", phone: CUSTOMER });
    await stage.simulator.phone(CUSTOMER).reply("Hello");
    await stage.receiver.until((receiver) => receiver.arrivals.length === 1, { withinMs: 10_000 });
    expect(stage.receiver.arrivals[0]?.text).not.toContain("16505551234");
  });
});

describe("a fault", () => {
  test("strikes as often as its count and then is gone", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "template_paused", count: 2 });
    const codes: (number | undefined)[] = [];
    for (let n = 0; n < 3; n++) codes.push((await stage.send(orderConfirmation())).body.error?.code);
    expect(codes).toEqual([132015, 132015, undefined]);
  });

  test("strikes with about its probability", async () => {
    await using stage = await setStage({ limitPairs: false });
    await stage.simulator.seed({
      numbers: [
        { id: NUMBER, wabaId: WABA, displayPhoneNumber: "+1 555 078 3881", messagesPerSecond: 10_000 },
      ],
    });
    await stage.simulator.inject({ kind: "graph_error", code: 130429, probability: 0.3 });
    const answers = await Promise.all(Array.from({ length: 200 }, () => stage.send(orderConfirmation())));
    const refused = answers.filter(({ status }) => status !== 200).length;
    expect(refused).toBeGreaterThan(35);
    expect(refused).toBeLessThan(85);
  });

  test("strikes only the number, person and template it is for", async () => {
    await using stage = await setStage();
    await stage.simulator.inject({ kind: "template_disabled", template: "order_shipped" });
    await stage.simulator.inject({ kind: "failed_status", code: 131049, phone: "+1 650 555 0199" });
    await stage.simulator.inject({ kind: "graph_error", code: 131031, phoneNumberId: "100000000000001" });
    expect((await stage.send(orderConfirmation())).status).toBe(200);
    await stage.send(orderConfirmation({ to: "+16505550199" }));
    await stage.simulator.advance(1_000);
    const failed = stage.receiver.statuses().filter(({ status }) => status === "failed");
    expect(failed.map((status) => status.recipient_id)).toEqual(["16505550199"]);
  });

  test("of an unknown kind is refused by name", async () => {
    await using stage = await setStage();
    // @ts-expect-error: not a kind
    await expect(stage.simulator.inject({ kind: "meteor" })).rejects.toThrow("kind");
  });
});
