import { demoAccount } from "@webxkey/testing";
import { describe, expect, test } from "vitest";
import { A_SECOND_MS_MAX } from "./a-second.ts";
import { claim } from "./engine.ts";
import { happened, openShop, publishOne, type Shop, stranger, until } from "./shop.ts";

const HUNG = 25;
const OTHERS = 120;
const REQUEST_MS = 3_000;
/** Others come all the time while the requests hang, and after they have timed out. */
const OTHERS_EVERY_MS = (2 * REQUEST_MS) / OTHERS;

describe("requests that Meta never answers", () => {
  test.each(["fresh", "warm"] as const)(
    `25 of them keep nobody else waiting on a %s process, nor when they time out (D 10.4)`,
    async (kind) => {
      await using shop = await openShop("postgres", {
        windows: { requestMs: REQUEST_MS },
        seed: { portfolios: [{ ...demoAccount.portfolio, messagingLimit: "TIER_UNLIMITED" }] },
      });
      if (kind === "warm") {
        const before = await Promise.all(Array.from({ length: 40 }, () => publish(shop)));
        await untilAccepted(
          shop,
          before.map(({ phone }) => phone),
        );
      }
      await hang(shop);
      const others = [];
      for (let n = 0; n < OTHERS; n += 1) {
        others.push(publish(shop));
        await new Promise((resolve) => setTimeout(resolve, OTHERS_EVERY_MS));
      }
      const published = await Promise.all(others);
      const acceptedAtMs = await untilAccepted(
        shop,
        published.map(({ phone }) => phone),
      );
      const waits = published.map(
        ({ phone, atMs }) => (acceptedAtMs.get(phone) ?? Number.POSITIVE_INFINITY) - atMs,
      );
      expect(waits.sort((a, b) => a - b)[Math.ceil(0.99 * OTHERS) - 1]).toBeLessThan(A_SECOND_MS_MAX);
    },
    60_000,
  );
});

async function publish(shop: Shop, phone = stranger()) {
  const atMs = Date.now();
  await publishOne(shop, happened("order.placed", { phone }), { claims: [claim()] });
  return { phone, atMs };
}

/** Meta takes them and says nothing. The first in the queue, so that a fresh process has nothing else to learn from. */
async function hang(shop: Shop): Promise<void> {
  const phones = Array.from({ length: HUNG }, stranger);
  for (const phone of phones) await shop.simulator.inject({ kind: "hang_after", phone });
  await Promise.all(phones.map((phone) => publish(shop, phone)));
}

async function untilAccepted({ simulator }: Shop, phones: readonly string[]): Promise<Map<string, number>> {
  return await until("somebody's message is not at Meta", async () => {
    const accepted = new Map(
      (await simulator.accepted()).map(({ phone, postedAtMs }) => [phone ?? "", postedAtMs]),
    );
    return phones.every((phone) => accepted.has(phone)) && accepted;
  });
}
