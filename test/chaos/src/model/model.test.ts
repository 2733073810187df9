import { expect, test } from "vitest";
import { orderOf, phoneOf } from "../orders.ts";
import { openEngineUnderTest } from "./engine-under-test.ts";
import { createModel, publish, reconnect, startWorking, tell } from "./model.ts";
import { runModel } from "./run-model.ts";

const SEED = 20_261_125;
const SEQUENCES = 20;
const COMMANDS_MAX = 12;

test("the model knows that a STOP holds against later orders and that a START lifts it", () => {
  const model = createModel(1);
  tell(model, { person: 0, word: "STOP" });
  publish(model, 0);
  tell(model, { person: 0, word: "START" });
  publish(model, 0);
  expect(model.messages.map(({ state }) => state)).toEqual(["blocked", "accepted"]);
});

test("the model holds what Meta would refuse and sends it once all is mended", () => {
  const model = createModel(1);
  model.tokenDead = true;
  publish(model, 0);
  expect(model.messages[0]).toMatchObject({ state: "held", taken: false });
  tell(model, { approved: false });
  reconnect(model);
  expect(model.messages[0]).toMatchObject({ state: "held", taken: false });
  tell(model, { approved: true });
  expect(model.messages[0]).toMatchObject({ state: "accepted", taken: true });
});

test("the model lets a number that is connected again end no wait for a template", () => {
  const model = createModel(1);
  tell(model, { approved: false });
  model.working = false;
  publish(model, 0);
  reconnect(model);
  expect(model.messages[0]).toMatchObject({ state: "held", heldFor: "template" });
});

test("the model lets nothing happen without a worker", () => {
  const model = createModel(1);
  model.working = false;
  publish(model, 0);
  expect(model.messages[0]).toMatchObject({ state: "queued", taken: false });
  startWorking(model);
  tell(model, { message: 0, status: "read" });
  tell(model, { message: 0, status: "failed" });
  expect(model.messages[0]).toMatchObject({ state: "read", taken: true });
});

test("the engine under test hears a START after a STOP of the same person, and sends again", async () => {
  await using engine = await openEngineUnderTest();
  const phone = phoneOf(0);
  const ids = [await engine.publish(orderOf(0, new Date()))];
  await engine.look(ids, [phone]);
  for (const word of ["STOP", "START"] as const) {
    await engine.says(phone, word);
    await engine.look(ids, [phone]);
  }
  const { event, claims } = orderOf(1, new Date());
  const recipient = { phone, name: "Canaryfirst", locale: "en" };
  const again = { event: { ...event, data: { ...(event["data"] as object), recipient } }, claims };
  ids.push(await engine.publish(again));
  expect((await engine.look(ids, [phone])).map(({ state }) => state)).toEqual(["accepted", "accepted"]);
});

test("the engine does what the model says, whatever happens in which order", async () => {
  const run = await runModel({ seed: SEED, sequences: SEQUENCES, commandsMax: COMMANDS_MAX });
  expect(run.divergence).toBeNull();
  expect(run.sequences).toBe(SEQUENCES);
  expect(run.commands).toBeGreaterThan(SEQUENCES * 2);
});
