import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageOf, type Results } from "./page.ts";
import { runEngine, runLoop, runTransactionLoop } from "./runs.ts";
import { CLIENTS } from "./sides/clients.ts";
import { STORES } from "./stage.ts";
import { runWebhooks } from "./webhooks.ts";

const MESSAGES = 40;
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

// A run rejects unless every message was accepted, told of three times and applied.
test.each(STORES)("the engine on %s gets every message to its end, shared by processes", async (store) => {
  const processes = store === "postgres" ? 2 : 1;
  const run = await runEngine(store, { messages: MESSAGES, statusesPerPost: 20, processes });
  expect(run.perSecond).toBeGreaterThan(0);
  expect(run.shares).toHaveLength(processes);
  expect(run.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  // Attempted, answered, the id that Meta answers of each new person, and three statuses; what was decided before the clock
  // started does not count.
  expect(run.auditEntriesPerSecond / run.perSecond).toBeCloseTo(6, 1);
});

test.each(CLIENTS)("%s sends the same message", async (client) => {
  expect(await runLoop(client, { messages: MESSAGES, statusesPerPost: 1, atOnce: 8 })).toBeGreaterThan(0);
});

test("the usual outbox loop sends what the engine stored", async () => {
  expect(await runTransactionLoop({ messages: MESSAGES, statusesPerPost: 20 })).toBeGreaterThan(0);
});

test("a shop's order webhooks are taken by the gateway as it ships, each once, and each becomes a message", async () => {
  const load = { perSecond: 100, seconds: 1, warmUpSeconds: 1, sends: 80 };
  const { refused, notOnce, wronglyTold, p50Ms, longestMs } = await runWebhooks(load);
  expect([refused, notOnce, wronglyTold]).toEqual([0, 0, 0]);
  expect(longestMs).toBeGreaterThanOrEqual(p50Ms);
});

test("the page of performance shows the recorded run", () => {
  const results = JSON.parse(read("../results.json")) as Results;
  expect(read("../../../docs/reference/performance.md")).toBe(pageOf(results, read("../attempts.md")));
});
