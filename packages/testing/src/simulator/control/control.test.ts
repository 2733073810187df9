import { request } from "undici";
import { describe, expect, test } from "vitest";
import { CUSTOMER, callGraph, NUMBER, orderConfirmation, setStage } from "../../test-support/stage.ts";
import { connectGraphSimulator } from "../connect.ts";
import { demoAccount } from "../demo-account.ts";
import { startGraphSimulator } from "../start.ts";
import { CONTROL_ROUTES } from "./routes.ts";

describe("a client in another process", () => {
  test("sees and does over HTTP what the one in this process does", async () => {
    await using stage = await setStage();
    const remote = connectGraphSimulator(`${stage.simulator.url}/`);
    const fault = await remote.inject({ kind: "failed_status", code: 131049, count: 1 });
    expect(fault).toMatchObject({ id: "fault-1", hits: 0 });
    await stage.send(orderConfirmation({ biz_opaque_callback_data: "v1.1" }));
    const state = await remote.until(({ counts }) => counts.statuses === 1 && counts.webhooksUnderWay === 0, {
      withinMs: 10_000,
    });
    expect(await remote.counts()).toEqual(state.counts);
    expect(state.accepted).toMatchObject([
      { callbackData: "v1.1", statuses: [{ status: "failed", code: 131049 }] },
    ]);
    await remote.phone(CUSTOMER).reply("STOP");
    expect(await remote.received()).toEqual(await stage.simulator.received());
    expect(await remote.accepted({ phone: CUSTOMER, limit: 1 })).toEqual(await stage.simulator.accepted());
    expect((await remote.requests()).at(-1)).toMatchObject({
      method: "POST",
      path: `/v25.0/${NUMBER}/messages`,
      status: 200,
    });
    await remote.advance(1_000);
    await remote.setTemplateStatus("order_confirmation", "PAUSED", { language: "en" });
    expect((await stage.send(orderConfirmation())).body.error.code).toBe(132015);
  });

  test("is told in a sentence what was wrong", async () => {
    await using stage = await setStage();
    const remote = connectGraphSimulator(stage.simulator.url);
    await expect(remote.phone(CUSTOMER).tap("Buy")).rejects.toThrow("has a reply button");
    await expect(remote.setTemplateStatus("nothing", "PAUSED")).rejects.toThrow(
      "There is no template nothing",
    );
    await expect(
      remote.seed({ numbers: [{ id: "x", wabaId: "1", displayPhoneNumber: "1" }] }),
    ).rejects.toThrow("numbers.0.id");
  });
});

describe("waiting", () => {
  test("ends with an error that says what did not happen", async () => {
    await using stage = await setStage();
    const wait = stage.simulator.until(({ counts }) => counts.accepted === 1, {
      withinMs: 60,
      what: "one accepted message",
    });
    await expect(wait).rejects.toThrow("After 60 ms one accepted message did not hold");
  });
});

test("a reset forgets what happened and keeps the account", async () => {
  await using stage = await setStage();
  await stage.simulator.inject({ kind: "no_statuses" });
  await stage.send(orderConfirmation());
  await stage.simulator.phone(CUSTOMER).reply("Hi");
  await stage.receiver.until((receiver) => receiver.arrivals.length === 1, { withinMs: 10_000 });
  // It has arrived before its sender has read the answer.
  await stage.simulator.until(({ counts }) => counts.webhooksUnderWay === 0, {
    withinMs: 10_000,
    what: "no webhook under way",
  });
  await stage.simulator.reset();
  const { counts, accepted, received, deliveries } = await stage.simulator.state();
  expect({ counts, accepted, received, deliveries }).toEqual({
    counts: { accepted: 0, refused: 0, statuses: 0, received: 0, forgotten: 0, webhooksUnderWay: 0 },
    accepted: [],
    received: [],
    deliveries: [],
  });
  await stage.send(orderConfirmation());
  await stage.receiver.until((receiver) => receiver.statuses().length === 3, { withinMs: 10_000 });
});

test("the control API describes each of its routes", async () => {
  await using stage = await setStage();
  const response = await request(`${stage.simulator.url}/_simulator/`);
  const { routes } = (await response.body.json()) as {
    routes: { method: string; path: string; about: string }[];
  };
  expect(routes).toHaveLength(CONTROL_ROUTES.length);
  expect(routes.every(({ about }) => about.endsWith("."))).toBe(true);
});

describe("only this machine", () => {
  test("reaches the simulator: another host name is refused on every path", async () => {
    await using stage = await setStage();
    for (const path of ["/", "/_simulator/state", `/v25.0/${NUMBER}`]) {
      const response = await request(`${stage.simulator.url}${path}`, {
        headers: { host: "simulator.example.com" },
      });
      expect(response.statusCode).toBe(400);
      await response.body.dump();
    }
  });

  test("controls it: a page of another origin is refused", async () => {
    await using stage = await setStage();
    const response = await request(`${stage.simulator.url}/_simulator/faults`, {
      method: "DELETE",
      headers: { origin: "https://example.com" },
    });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      400,
      "application/problem+json",
    ]);
    await response.body.dump();
  });
});

test("two simulators run beside each other without sharing anything", async () => {
  await using one = await setStage();
  await using two = await startGraphSimulator({ seed: {} });
  await one.send(orderConfirmation());
  expect(await two.accepted()).toEqual([]);
  const answer = await callGraph(`${two.url}/v25.0/${NUMBER}`, "GET", demoAccount.token.value);
  expect(answer.body.error.code).toBe(190);
});
