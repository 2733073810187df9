import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, inject, test } from "vitest";
import {
  type Installation,
  install,
  openShop,
  publishOrder,
  setUp,
  untilRead,
  untilReady,
} from "./installation.ts";
import { runCli, startProcess, until } from "./run-process.ts";

/** All go to one phone, which gets 45 at once at the most. */
const ORDERS = 40;

test("two gateways on one PostgreSQL share the work: every message is sent once, some by each", async () => {
  await using shop = await install();
  await using first = await countedGraph(shop);
  await using second = await countedGraph(shop);
  await using one = await startProcess(
    ["serve"],
    { ...shop.env, WEBXKEY_GRAPH_URL: first.url },
    /answers at (\S+)/,
  );
  await using two = await startProcess(
    ["serve"],
    { ...shop.env, WEBXKEY_GRAPH_URL: second.url },
    /answers at (\S+)/,
  );
  await Promise.all([untilReady(one), untilReady(two)]);
  const key = await setUp(shop, one);
  for (let order = 0; order < ORDERS; order += 2) {
    await Promise.all([publishOrder(one, key), publishOrder(two, key)]);
  }
  await until("not all are sent", async () => (await shop.simulator.accepted()).length >= ORDERS);
  await shop.simulator.until(({ counts }) => counts.webhooksUnderWay === 0, { withinMs: 10_000 });
  expect(await shop.simulator.accepted()).toHaveLength(ORDERS);
  expect(first.messages() + second.messages()).toBe(ORDERS);
  expect(Math.min(first.messages(), second.messages())).toBeGreaterThan(0);
});

test("a worker process sends what a gateway that only takes in accepted", async () => {
  await using shop = await openShop({ serve: ["--no-worker"] });
  const { gateway, key } = shop;
  const message = await publishOrder(gateway, key);
  await using worker = await shop.worker();
  await untilRead(shop, gateway, message);
  worker.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
  gateway.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
});

test.each([[["worker"]], [["serve", "--no-worker"]]])(
  "%j on embedded storage is refused with the reason",
  async (line) => {
    const env = { WEBXKEY_DATA_DIR: "/nowhere/data", WEBXKEY_ROOT_KEY: inject("rootKey") };
    const { code, stderr } = await runCli(line, { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining("Embedded storage belongs to one process.")]);
  },
);

/** Stands before the simulator and counts the messages that pass: so that it shows who sent them. */
async function countedGraph({ simulator }: Installation) {
  let messages = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === "POST" && /\/messages(\?|$)/.test(incoming.url ?? "")) messages += 1;
    const { method, headers, url = "/" } = incoming;
    const onward = request(new URL(url, simulator.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages: () => messages,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
