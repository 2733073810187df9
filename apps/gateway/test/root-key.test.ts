import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { install, publishOrder, setUp, stateOf, untilRead, untilReady } from "./installation.ts";
import { done, startProcess, until } from "./run-process.ts";

const serving = /answers at (\S+)/;

test("a new root key comes into use while two gateways run, and no message fails (D 6.7)", async () => {
  await using shop = await install();
  const next = randomBytes(32).toString("base64");
  const withNext = { ...shop.env, WEBXKEY_ROOT_KEY: next };
  await using old = await shop.serve();
  await untilReady(old);
  const key = await setUp(shop, old);
  const messages = [await publishOrder(old, key)];

  const added = await shop.cli(["root-key", "add"], { input: `${next}\n` });
  expect([added.code, added.stdout]).toEqual([0, expect.stringContaining("root-key finish")]);
  expect(`${added.stdout}${added.stderr}`).not.toContain(next);
  await using renewed = await startProcess(["serve"], withNext, serving);
  await untilReady(renewed);
  for (const gateway of [old, renewed, old, renewed]) messages.push(await publishOrder(gateway, key));
  for (const message of messages) await untilRead(shop, renewed, message);

  old.kill("SIGTERM");
  expect(await old.ended).toBe(0);
  await done(shop.cli(["root-key", "finish"], { env: { WEBXKEY_ROOT_KEY: next } }));
  // Statuses still go to the address of the first gateway, which is gone.
  const last = await publishOrder(renewed, key);
  await until("it was not sent", async () => (await stateOf(shop, renewed, last)) === "accepted");

  const { code, stderr } = await shop.cli(["root-key", "finish"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("root key")]);
  expect(await shop.simulator.accepted()).toHaveLength(messages.length + 1);
});

test("a new root key that is none is refused with how to make one (D 6.7)", async () => {
  await using shop = await install({ embedded: true });
  for (const input of ["", "short\n", `${"x".repeat(44)}\n`]) {
    const { code, stderr } = await shop.cli(["root-key", "add"], { input });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/openssl rand|standard input/)]);
  }
});
