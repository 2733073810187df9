import { readdirSync, readFileSync } from "node:fs";
import { demoAccount, signWebhook } from "@webxkey/testing";
import { expect, test } from "vitest";
import { openShop } from "./installation.ts";
import { type Running, until } from "./run-process.ts";

/** At full size 2,000. */
const CASES = Number(process.env["WEBXKEY_CASES"] ?? 600);
const AT_ONCE = 20;
const MB = 1024 * 1024;

const FIXTURES = new URL("../../../test/fixtures/meta/", import.meta.url);
const bodies = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(".json") && name !== "names.json")
  .map((name) => readFileSync(new URL(name, FIXTURES)));

/** The nth broken form of Meta's webhooks: always the same one, and no two alike. */
function broken(n: number): Buffer {
  const body = bodies[n % bodies.length] ?? Buffer.alloc(0);
  const at = (n * 7_919) % body.length;
  const [before, after] = [body.subarray(0, at), body.subarray(at)];
  const inserted = ['"a":1,', "[".repeat(40), '"__proto__":{},', `"${"x".repeat(70_000)}`, `"${n}`];
  switch (n % 4) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << (n % 8))), after.subarray(1)]);
    case 2:
      return Buffer.concat([before, Buffer.from(inserted[n % inserted.length] ?? ""), after]);
    default:
      // Still JSON, with an id that no webhook had before.
      return Buffer.from(body.toString().replaceAll(/"id": ?"[^"]*"/g, `"id":"unknown.${n}"`));
  }
}

async function post({ url }: Running, from: number): Promise<Set<number>> {
  const statuses = new Set<number>();
  let next = from;
  const lane = async () => {
    while (next < from + CASES) {
      const body = broken(next++);
      const answer = await fetch(`${url}/v1/meta/webhook`, {
        method: "POST",
        body,
        headers: { "x-hub-signature-256": signWebhook(demoAccount.app.secret, body) },
      });
      statuses.add(answer.status);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return statuses;
}

test(`${CASES} fuzzed webhooks, then ${CASES} more, add less than 2 MB that stays, and less than 20 MB (D 10.8)`, async () => {
  // A small space for new objects, which otherwise fills 128 MB before it is collected: that would hide what stays.
  const options = `--max-semi-space-size=1 --import=${new URL("report-memory.ts", import.meta.url)}`;
  await using shop = await openShop({ env: { NODE_OPTIONS: options } });
  const { gateway } = shop;

  async function memoryAfter(from: number) {
    expect(await post(gateway, from)).toEqual(new Set([200]));
    await until("webhooks are not applied", async () => {
      const headers = { authorization: `Bearer ${shop.ownerKey}` };
      const metrics = await (await fetch(`${gateway.url}/metrics`, { headers })).text();
      return metrics.includes('webxkey_queue{queue="stored_webhooks"} 0\n');
    });
    const said = gateway.said().length;
    process.kill(gateway.pid, "SIGUSR2");
    const held = await until(
      "the gateway did not say what it holds",
      () => /after collection (\d+) bytes/.exec(gateway.said().slice(said))?.[1],
    );
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${gateway.pid}/status`, "utf8")) ?? [];
    return { heldMb: Number(held) / MB, residentMb: Number(kb) / 1024 };
  }

  const first = await memoryAfter(0);
  const second = await memoryAfter(CASES);
  expect(second.heldMb - first.heldMb).toBeLessThan(2);
  expect(second.residentMb - first.residentMb).toBeLessThan(20);
});
